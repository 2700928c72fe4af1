"""报告: the pages on which reports are drafted, signed, sent and found again."""
