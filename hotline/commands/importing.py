"""`import tickets`: another system's tickets are taken over."""

import sys
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dispatch.taking_over.importing import Progress
    from hotline.core.phone import PhoneNumber
    from hotline.core.privacy import Person

TICKETS = "tickets"
_EVERY = 5000


def import_tickets(file: Path, mapping_file: Path, *, check: bool) -> None:
    """Check the file, and take it in unless only the check was asked for."""
    from dispatch.taking_over import importing
    from dispatch.taking_over.import_mapping import read_mapping
    from hotline.core.accounts import MACHINE
    from hotline.core.clock import now
    from hotline.core.db import transaction

    mapping, at = read_mapping(mapping_file), now()
    with transaction() as session:  # nothing is held up while a long file is checked
        report = importing.check(session, file, mapping, now=at, progress=_say("checked"))
    if report.differing.count:
        print(report.differing)
    if check or not report.added:
        print(f"{file}: {report.added} to add, {report.unchanged} unchanged; nothing was written")
        return
    vault = _Vault(at)
    try:
        with transaction() as session:
            report = importing.take_in(
                session, file, mapping, vault.know, actor=MACHINE, now=at, progress=_say("written")
            )
    except BaseException:
        vault.forget()
        raise
    print(f"{file}: {report.added} added, {report.unchanged} unchanged")


class _Vault:
    """Knows people in transactions of its own: who rings meanwhile waits for no import."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._added: list[uuid.UUID] = []

    def know(self, phones: Sequence["PhoneNumber | None"]) -> list["Person"]:
        from dispatch.taking_over import import_people
        from hotline.core.db import transaction

        with transaction() as session:
            known = import_people.know_many(session, phones, now=self._at)
        self._added += known.added
        return known.people

    def forget(self) -> None:
        """Take the people out again of whose tickets none was written."""
        from dispatch.taking_over import import_people
        from hotline.core.db import transaction

        with transaction() as session:
            import_people.forget(session, self._added)


def _say(what: str) -> "Progress":
    """Return what tells, on stderr, how far a long file has come."""
    told = 0

    def say(done: int) -> None:
        nonlocal told
        if done // _EVERY > told:
            told = done // _EVERY
            sys.stderr.write(f"{done} lines {what}\n")

    return say
