"""案例库: worked examples of closed tickets, with nobody in them, read before the next one."""
