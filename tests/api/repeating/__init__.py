"""Every POST of the API's own description, sent in the scene in which it succeeds."""
