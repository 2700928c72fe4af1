"""`import tickets`: another system's tickets are taken over."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dispatch.taking_over.importing import Progress

TICKETS = "tickets"
_EVERY = 5000


def import_tickets(file: Path, mapping_file: Path, *, check: bool) -> None:
    """Check the file, and take it in unless only the check was asked for."""
    from dispatch.taking_over.import_mapping import read_mapping
    from dispatch.taking_over.takeover import Way, take_over
    from hotline.core.accounts import MACHINE
    from hotline.core.clock import now
    from hotline.core.db import transaction

    way = Way(MACHINE, now(), transaction, checked=_say("checked"), written=_say("written"))
    done = take_over(file, read_mapping(mapping_file), way, only_check=check)
    report = done.report
    if report.differing.count:
        print(report.differing)
    if done.written:
        print(f"{file}: {report.added} added, {report.unchanged} unchanged")
    else:
        print(f"{file}: {report.added} to add, {report.unchanged} unchanged; nothing was written")


def _say(what: str) -> "Progress":
    """Return what tells, on stderr, how far a long file has come."""
    told = 0

    def say(done: int) -> None:
        nonlocal told
        if done // _EVERY > told:
            told = done // _EVERY
            sys.stderr.write(f"{done} lines {what}\n")

    return say
