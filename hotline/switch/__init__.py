"""The switch: who is on the line, and what was said."""
