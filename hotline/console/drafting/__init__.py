"""What an agent writes while the caller speaks: drafts, their sources, macros and scripts."""
