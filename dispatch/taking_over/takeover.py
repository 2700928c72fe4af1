"""导入他系统工单: one file from its check to its last line, from a terminal and over HTTP alike."""

import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from dispatch.taking_over import import_people, importing
from dispatch.taking_over.import_mapping import ColumnMapping
from dispatch.taking_over.import_reading import Report
from dispatch.taking_over.importing import Progress
from hotline.core.accounts import Actor
from hotline.core.phone import PhoneNumber
from hotline.core.privacy import Person

Opening = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Way:
    """How a file is taken in: in whose name, when, in which transactions, and who is told."""

    actor: Actor
    now: datetime
    opening: Opening
    checked: Progress
    written: Progress


@dataclass(frozen=True, slots=True)
class Done:
    """What the file holds, and whether anything of it was written."""

    report: Report
    written: bool


def take_over(path: Path, mapping: ColumnMapping, way: Way, *, only_check: bool) -> Done:
    """Check the file, and take it in unless only the check was asked for.

    Raises BadImport or UnreadFile: then nothing was taken.
    """
    with way.opening() as session:  # nothing is held up while a long file is checked
        report = importing.check(session, path, mapping, now=way.now, progress=way.checked)
    if only_check or not report.added:
        return Done(report, written=False)
    vault = _Vault(way)
    try:
        with way.opening() as session:
            report = importing.take_in(
                *(session, path, mapping, vault.know),
                actor=way.actor,
                now=way.now,
                progress=way.written,
            )
    except BaseException:
        vault.forget()
        raise
    return Done(report, written=True)


class _Vault:
    """Knows people in transactions of its own: who rings meanwhile waits for no import."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._added: list[uuid.UUID] = []

    def know(self, phones: Sequence[PhoneNumber | None]) -> list[Person]:
        with self._way.opening() as session:
            known = import_people.know_many(session, phones, now=self._way.now)
        self._added += known.added
        return known.people

    def forget(self) -> None:
        """Take the people out again of whose tickets none was written."""
        with self._way.opening() as session:
            import_people.forget(session, self._added)
