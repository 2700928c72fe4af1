"""好差评 as pages: bad ratings, blind callbacks, what looks gamed, and paper."""
