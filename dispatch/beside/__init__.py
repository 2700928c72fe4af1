"""督办、延期、挂账: rows beside a ticket, never states of it."""
