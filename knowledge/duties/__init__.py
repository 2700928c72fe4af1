"""值班表: who of a department can be reached at which hour."""
