"""The speech process: recognisers behind a socket."""
