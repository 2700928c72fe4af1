"""推演: the pages on which a replay is asked for, followed and read."""
