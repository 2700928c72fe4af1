"""公开: what the hotline publishes of its work, graded, and so that it names nobody."""
