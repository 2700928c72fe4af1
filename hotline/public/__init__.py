"""诉求人之门: the pages that need no account, small enough for an old phone and without scripts."""
