"""派单建议: from a request's words to a proposal that an agent can check."""
