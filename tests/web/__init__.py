"""The HTTP doors themselves: who may come, how, how often and with how much."""
