"""报告: a period's figures as a document that people sign, send and keep."""
