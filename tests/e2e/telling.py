"""A telephone tells how far it has come in its script."""

import time
from pathlib import Path

from tests.e2e.phone import SIPP_WITHIN_S, Telephone


def tell(somebody: Telephone, note: Path) -> None:
    """Add a step that makes this file."""
    somebody._step(f'<nop><action><exec command="touch {note}"/></action></nop>')


def told(note: Path) -> None:
    """Wait until a telephone has come to that step."""
    end = time.monotonic() + SIPP_WITHIN_S
    while not note.exists():
        assert time.monotonic() < end, f"no telephone has come to {note.name}"
        time.sleep(0.05)
