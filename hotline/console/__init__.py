"""Pages people work in."""
