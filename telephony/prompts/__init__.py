"""The recorded words a caller hears: `<name>.wav`, 8 kHz mono 16-bit; `render.py` makes them."""
