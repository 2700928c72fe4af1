"""质检 as pages: the work, one call or ticket before its card, own results, the rules."""
