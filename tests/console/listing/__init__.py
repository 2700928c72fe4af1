"""Lists of tickets as people work with them."""
