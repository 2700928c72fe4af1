"""What is done for files by and by: waiting ones scanned again, leftovers deleted."""

import contextlib
import shutil
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar

import structlog
from sqlmodel import Session, col, select

from dispatch.attachments import attachments, receiving, store
from dispatch.attachments.models_attachments import Attachment, State
from dispatch.attachments.nameless import reached_by
from dispatch.attachments.receiving import House
from dispatch.attachments.scanners import Verdict
from dispatch.letters.models_files import LetterFile
from dispatch.models import Ticket
from hotline.core import privacy
from hotline.core.accounts import MACHINE
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.privacy import Person
from hotline.core.settings import settings

BATCH = 20
ASKED_AT_ONCE = 1000  # a statement takes 65,535 values at most
LONGEST_WAIT = timedelta(hours=1)
# A request that is still at it is younger: uploads and examinations end within minutes.
LEFT_AFTER = timedelta(hours=1)

Id = TypeVar("Id")

log = structlog.get_logger()


def scan_waiting() -> None:
    """Ask the scanner about files that wait, as `scan_each` does."""
    house = receiving.house_of(settings())
    clear_abandoned(house, before=now() - timedelta(seconds=settings().scanner_timeout_s + 60))
    with transaction() as session:
        waiting = due(session, now=now())
    scan_each(waiting, house, scan_again, settle)


def scan_each(
    waiting: Sequence[Id],
    house: House,
    scan: Callable[[Session, Id, House], Verdict],
    settled: Callable[..., object],
) -> None:
    """Scan and settle each, in transactions of their own; what can't be told ends the round.

    Calls and clocks share this queue, and a scanner that hangs must not hold them up.
    """
    for each in waiting:
        with transaction() as session:
            verdict = scan(session, each, house)
        with transaction() as session:
            settled(session, each, verdict, house, now=now())
        if verdict is Verdict.UNKNOWN:
            break


def clear_abandoned(house: House, *, before: datetime) -> None:
    """Delete what a scanner's command was shown by a process that has died since."""
    for path in house.incoming.glob("*"):
        with contextlib.suppress(FileNotFoundError):  # its own process was just done with it
            if path.lstat().st_mtime < before.timestamp():
                shutil.rmtree(path, ignore_errors=True)


def due(session: Session, *, now: datetime) -> Sequence[int]:
    """Return the ids of files that wait for the scanner and may be tried now."""
    query = select(Attachment.id).where(Attachment.state == State.WAITING)
    found = query.where(col(Attachment.scan_at) <= now, col(Attachment.removed_at).is_(None))
    rows = session.exec(found.order_by(col(Attachment.scan_at)).limit(BATCH)).all()
    return [each for each in rows if each is not None]


def scan_again(session: Session, row_id: int, house: House) -> Verdict:
    """Return what the scanner says of the file now; nothing is locked meanwhile."""
    row = session.get_one(Attachment, row_id)
    person = session.get_one(Person, row.person_id)
    if privacy.is_erased(person):
        return Verdict.UNKNOWN
    with receiving.workplace(house) as handle:
        path = reached_by(handle)
        with path.open("wb") as out:
            out.writelines(store.read(house.folder, row.public_id, person))
        return house.scanner.scan(path)


def settle(
    session: Session, row_id: int, verdict: Verdict, house: House, *, now: datetime
) -> Attachment:
    """Let the file be read, delete it, or let it wait longer; it may be settled already."""
    row = session.get_one(Attachment, row_id)
    session.exec(select(Ticket).where(Ticket.id == row.ticket_id).with_for_update()).one()
    session.refresh(row, with_for_update=True)
    if row.state != State.WAITING or row.removed_at:
        return row
    session.add(row)
    if verdict is Verdict.CLEAN:
        row.state, row.scan_at = State.READY, None
    elif verdict is Verdict.INFECTED:
        attachments.discard_infected(session, row, house, actor=MACHINE, now=now)
    else:
        row.scans += 1
        row.scan_at = now + min(LONGEST_WAIT, attachments.FIRST_RETRY * 2 ** min(row.scans, 10))
    return row


def remove_leftovers() -> None:
    """Delete what nobody can read: of failed requests, removed files and erased requesters."""
    house = receiving.house_of(settings())
    with transaction() as session:
        gone = leftovers(session, house, now=now())
    for path in gone:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    if gone:
        log.info("attachments.leftovers_removed", count=len(gone))


def leftovers(session: Session, house: House, *, now: datetime) -> list[Path]:
    """Return what lies in the house, is old enough, and belongs to no file that is kept.

    No key is left to a file of an erased requester: its bytes are of no use to anybody.
    """
    before = (now - LEFT_AFTER).timestamp()
    old = [path for path in _lying(house) if path.lstat().st_mtime < before]
    named = {path: _name_of(path) for path in old}
    asked = iter([name for name in named.values() if name])
    kept: set[uuid.UUID] = set()
    while batch := list(islice(asked, ASKED_AT_ONCE)):
        kept |= _kept(session, batch)
    return [path for path in old if named[path] not in kept]


def _kept(session: Session, names: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    query = (
        select(Attachment.public_id)
        .join(Person, col(Person.id) == Attachment.person_id)
        .where(col(Attachment.removed_at).is_(None), Person.wrapped_key != b"")
        .where(col(Attachment.public_id).in_(names))
    )
    of_letters = select(LetterFile.id).where(
        col(LetterFile.id).in_(names), col(LetterFile.removed_at).is_(None)
    )
    return {*session.exec(query).all(), *session.exec(of_letters).all()}


def _lying(house: House) -> Iterator[Path]:
    for folder in house.folder.glob("*"):
        if folder.is_dir():
            yield from folder.iterdir()


def _name_of(path: Path) -> uuid.UUID | None:
    """Return the random name of a sealed file; None for one that was not written to its end."""
    try:
        return uuid.UUID(path.name) if not path.suffix else None
    except ValueError:
        return None
