"""Files of letters that the site's scanner could not tell of are scanned again, as tickets' are."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.attachments import attachments, receiving, store
from dispatch.attachments.models_attachments import State
from dispatch.attachments.nameless import reached_by
from dispatch.attachments.receiving import House
from dispatch.attachments.scanners import Verdict
from dispatch.attachments.sweeps import BATCH, LONGEST_WAIT, scan_each
from dispatch.letters import files
from dispatch.letters.models_files import LetterFile
from dispatch.letters.models_letters import Letter
from hotline.core.accounts import MACHINE
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.settings import settings


def scan_waiting() -> None:
    """Ask the scanner about files that wait, as of tickets' files."""
    house = receiving.house_of(settings())
    with transaction() as session:
        waiting = due(session, now=now())
    scan_each(waiting, house, scan_again, settle)


def due(session: Session, *, now: datetime) -> Sequence[uuid.UUID]:
    """Return the ids of files that wait for the scanner and may be tried now."""
    query = select(LetterFile.id).where(LetterFile.state == State.WAITING)
    found = query.where(col(LetterFile.scan_at) <= now, col(LetterFile.removed_at).is_(None))
    return session.exec(found.order_by(col(LetterFile.scan_at)).limit(BATCH)).all()


def scan_again(session: Session, file_id: uuid.UUID, house: House) -> Verdict:
    """Return what the scanner says of the file now; nothing is locked meanwhile."""
    row = session.get_one(LetterFile, file_id)
    with receiving.workplace(house) as handle:
        path = reached_by(handle)
        with path.open("wb") as out:
            out.writelines(store.read(house.folder, row.id, row))
        return house.scanner.scan(path)


def settle(
    session: Session, file_id: uuid.UUID, verdict: Verdict, house: House, *, now: datetime
) -> LetterFile:
    """Let the file be read, delete it, or let it wait longer; it may be settled already."""
    row = session.get_one(LetterFile, file_id)
    locked = select(Letter).where(Letter.id == row.letter_id).with_for_update()
    letter = session.exec(locked.execution_options(populate_existing=True)).one()
    session.refresh(row, with_for_update=True)
    if row.state != State.WAITING or row.removed_at:
        return row
    session.add(row)
    if verdict is Verdict.CLEAN:
        row.state, row.scan_at = State.READY, None
    elif verdict is Verdict.INFECTED:
        files.discard_infected(session, letter, row, house, actor=MACHINE, now=now)
    else:
        row.scans += 1
        row.scan_at = now + min(LONGEST_WAIT, attachments.FIRST_RETRY * 2 ** min(row.scans, 10))
    return row
