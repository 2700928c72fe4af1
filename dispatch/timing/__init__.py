"""时限的运行: clocks that start, move, stand still, stop and strike."""
