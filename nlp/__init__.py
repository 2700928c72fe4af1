"""Words: recognition, tokens, classes, places; knows nothing of tickets."""
