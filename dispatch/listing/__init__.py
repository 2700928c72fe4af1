"""Lists of tickets: what filters select, the views people keep of them, many acted on at once."""
