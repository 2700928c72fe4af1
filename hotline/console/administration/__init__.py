"""Administration, as one door: who and what the site consists of, and what runs."""
