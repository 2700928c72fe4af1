"""公平比较 in the console."""
