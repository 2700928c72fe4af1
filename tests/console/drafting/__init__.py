"""The form of a call, and what lies beside it."""
