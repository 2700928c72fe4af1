"""The process in which a stranger's file is opened: bounded, and without keys or a database.

`python -I -m hotline.core.workbench GIVEN CLEAN MEGAPIXELS UNPACKED_MB` writes CLEAN and
prints the kind; exit status 3 means refused, with why as JSON. Any other end refuses it too.
"""

import json
import resource
import sys
from pathlib import Path

from hotline.core.workbench.inspecting import inspect
from hotline.core.workbench.refusals import REFUSED, Limits, Refused

_MEMORY = 2 << 30
_CPU_S = 60
_MOST_WRITTEN = 1 << 30
_MOST_OPEN = 32


def main(given: str, clean: str, megapixels: str, unpacked_mb: str) -> int:
    """Look through one file; return the exit status."""
    _bound()
    limits = Limits(int(megapixels), int(unpacked_mb))
    try:
        with Path(given).open("rb") as source, Path(clean).open("w+b") as out:
            kind = inspect(source, out, limits)
    except Refused as refusal:
        json.dump({"detail": refusal.detail, "remedy": refusal.remedy}, sys.stdout)
        return REFUSED
    sys.stdout.write(kind)
    return 0


def _bound() -> None:
    bounds = {
        resource.RLIMIT_AS: _MEMORY,
        resource.RLIMIT_CPU: _CPU_S,
        resource.RLIMIT_FSIZE: _MOST_WRITTEN,
        resource.RLIMIT_NOFILE: _MOST_OPEN,
        resource.RLIMIT_CORE: 0,  # a stranger's file is not left lying about in one
    }
    for what, most in bounds.items():
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
