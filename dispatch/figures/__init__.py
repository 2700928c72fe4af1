"""指标: a department's own figures, each with what it counts, of how many, and which orders."""
