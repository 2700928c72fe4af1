"""The 12345 hotline: its processes and doors."""
