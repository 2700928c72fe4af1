"""堵点难点: a year's list of what callers keep meeting, who puts it right, and whether it is."""
