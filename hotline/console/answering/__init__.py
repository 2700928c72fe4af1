"""What the knowledge base proposes while the caller speaks, and how it is said or sent."""
