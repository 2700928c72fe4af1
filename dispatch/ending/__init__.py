"""办结: every way in which a ticket comes to its end, and back."""
