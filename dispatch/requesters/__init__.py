"""诉求人之门: what requesters see and do of their own ticket, by a link or by number and phone."""
