"""堵点难点 in the console."""
