"""Tests through the running processes."""
