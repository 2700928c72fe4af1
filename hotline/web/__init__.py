"""What the HTTP doors share: who asks, errors, paging, repeated requests."""
