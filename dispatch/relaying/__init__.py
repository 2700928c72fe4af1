"""中转通话: a department talks to the requester without their number."""
