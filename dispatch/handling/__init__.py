"""承办: who answers for a ticket, what they do with their order, and who reviews it."""
