"""What `hotline COMMAND` runs: one module for each kind of command."""
