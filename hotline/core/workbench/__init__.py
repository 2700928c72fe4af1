"""What opens a stranger's file: kinds, decoders, refusals. It runs as a process of its own.

It stands here, below all that has a database, so that such a process starts without one.
"""
