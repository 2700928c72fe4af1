"""What an agent writes while the caller speaks, before it is a ticket."""
