"""质检: calls and tickets drawn, flagged by pure rules, scored by a card, appealed against."""
