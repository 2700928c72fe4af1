"""案例库 in the console."""
