"""Search over the articles, and what to propose while somebody speaks."""
