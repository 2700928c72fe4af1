"""Getting in, and who may be what."""
