"""Random walks: every action there is, and what a slow reader makes of the story."""
