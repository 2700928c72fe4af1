"""Webhooks: what is told to whom, in which order, and where it may go."""
