"""指标: definitions as data, what each says of every ticket, order and call, and its figures."""
