"""Data alone: the configuration of the Kamailio in front (docs/kamailio.md)."""
