"""A torture set in the manner of RFC 4475: what a SIP port must bear, all of it made here."""
