"""What every room stands on: settings, database, clock, errors, events, queue, people."""
