"""What integrators are given, against the real app over real HTTP."""
