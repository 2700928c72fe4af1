"""人员: how people get in, what they may be, and who administers them."""
