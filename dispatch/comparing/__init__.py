"""公平比较: departments compared by bands that their samples bear out, by schemes that are data."""
