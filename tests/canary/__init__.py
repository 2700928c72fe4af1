"""A person who exists nowhere is planted in a sealed ticket, and looked for everywhere."""
