"""回访: the requester is asked how it went, and what they say decides."""
