"""日历与时限: what a limit is, which days count, and which versions of both are in force."""
