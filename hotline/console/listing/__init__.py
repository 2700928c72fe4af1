"""Lists of tickets as people work with them: saved views, bulk actions, exports."""
