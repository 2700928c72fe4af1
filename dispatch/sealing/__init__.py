"""密件: who may see which ticket, and those that only named people may."""
