"""并单与拆单: many requesters with one matter, one requester with many."""
