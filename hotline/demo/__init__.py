"""`hotline demo`: one real call through to the closed, rated ticket, with its evidence."""
