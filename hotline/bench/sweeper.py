"""A worker process that sweeps once, when it is told to: `python -m hotline.bench.sweeper`."""

import sys

from dispatch import jobs
from hotline.core import log
from hotline.core.db import engine


def main() -> None:
    """Say that all is loaded, wait for a line, sweep until nothing is due, and say so."""
    log.configure("bench", as_json=True)
    with engine().connect():
        sys.stdout.write("ready\n")
        sys.stdout.flush()
    sys.stdin.readline()
    jobs.sweep_clocks()
    sys.stdout.write("done\n")


if __name__ == "__main__":
    main()
