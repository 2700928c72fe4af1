"""指标: the pages on which figures are read, and followed to what is behind them."""
