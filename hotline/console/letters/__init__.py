"""函件: bulletins, rectification letters and interviews in the console, and how they are shown."""
