"""函件的附件: added and removed while nobody has signed for them, and kept for good afterwards.

The letter's own change with its draft; a department's until it has sent the answer they go with.
"""

import hashlib
import uuid
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from sqlmodel import Session

from dispatch.attachments import attachments, store
from dispatch.attachments.models_attachments import State
from dispatch.attachments.receiving import House, Received
from dispatch.attachments.scanners import Verdict
from dispatch.letters import file_reading, reading, states, steps, telling
from dispatch.letters.models_files import LetterFile, name_purpose
from dispatch.letters.models_letters import Letter, LetterRecipient
from dispatch.letters.states import Action, Status, Step
from dispatch.sealing import reach
from hotline.core import vault
from hotline.core.accounts import Actor
from hotline.core.db import after_commit
from hotline.core.errors import Conflict
from hotline.core.events import EventType

MOST = 10  # of a letter's own, and of one answer


def add(
    session: Session, letter: Letter, file: Received, house: House, *, actor: Actor, now: datetime
) -> LetterFile:
    """Keep a file with the letter, which is locked, or with its department's next answer.

    Raises Conflict once the letter is approved, while no answer is asked, and for too many.
    """
    recipient = require_open(session, letter, actor)
    own = reach.department_of(actor)
    if len(file_reading.unsent(session, letter, own)) >= MOST:
        raise Conflict(f"There are {MOST} files already.", remedy="Put several into one PDF.")
    row = _kept(session, letter, file, house, actor=actor, now=now)
    _tell(session, letter, row, EventType.LETTER_FILE_ADDED, recipient, actor=actor, now=now)
    return row


def require_open(session: Session, letter: Letter, actor: Actor) -> LetterRecipient | None:
    """Return the actor's department as recipient; raise Conflict where files are not changed."""
    if not reach.department_of(actor):
        letter.status = states.after(Status(letter.status), Action.ATTACH)
        return None
    recipient = reading.mine(session, letter, actor)
    steps.step(session, letter, recipient, Step.ATTACH)
    return recipient


def remove(
    session: Session, letter: Letter, row: LetterFile, house: House, *, actor: Actor, now: datetime
) -> LetterFile:
    """Take a file away, its content for good; the letter is locked.

    Raises Conflict for another side's file, and as `add` does.
    """
    if row.department != reach.department_of(actor):
        raise Conflict("Somebody else added that file.", remedy="Ask them to remove it.")
    if row.round is not None:
        raise Conflict("The file went with an answer.", remedy="It stays; send another beside.")
    recipient = require_open(session, letter, actor)
    _discard(session, row, house, by=str(actor), now=now)
    _tell(session, letter, row, EventType.LETTER_FILE_REMOVED, recipient, actor=actor, now=now)
    return row


def discard_infected(
    session: Session, letter: Letter, row: LetterFile, house: House, *, actor: Actor, now: datetime
) -> None:
    """Delete the content of a file in which the scanner found something; the row says so."""
    row.state, row.scan_at = State.INFECTED, None
    _discard(session, row, house, by=str(actor), now=now)
    found = [each for each in reading.recipients(session, letter) if row.department]
    whose = next((each for each in found if each.department == row.department), None)
    removed = EventType.LETTER_FILE_REMOVED
    _tell(session, letter, row, removed, whose, actor=actor, now=now, infected=True)


def send(session: Session, letter: Letter, department: str, round: int) -> None:
    """Let what the department has added go with its answer of this round."""
    for row in file_reading.unsent(session, letter, department):
        row.round = round
        session.add(row)


def digest_of(content: Iterator[bytes]) -> str:
    """Return the SHA-256 of what is downloaded."""
    digest = hashlib.sha256()
    for piece in content:
        digest.update(piece)
    return digest.hexdigest()


def _kept(
    session: Session, letter: Letter, file: Received, house: House, *, actor: Actor, now: datetime
) -> LetterFile:
    """Seal the content first and then keep its row: a crash between leaves what is swept away."""
    row = _made(letter, file, file_reading.count(session, letter) + 1, actor=actor, now=now)
    with file.content.open("rb") as content:
        row.sha256 = digest_of(iter(partial(content.read, store.PIECE), b""))
        content.seek(0)
        row.size = store.write(house.folder, row.id, row, content)
    session.add(row)
    session.flush()
    return row


def _made(letter: Letter, file: Received, place: int, *, actor: Actor, now: datetime) -> LetterFile:
    """Return the file's row, with a key of its own; how long its content is comes later."""
    waits, name = file.verdict is not Verdict.CLEAN, uuid.uuid4()
    return LetterFile(
        id=name,
        letter_id=letter.id or 0,
        place=place,
        department=reach.department_of(actor),
        kind=file.kind,
        wrapped_key=vault.new_wrapped_key(str(name)),
        sealed_name=vault.wrap(file.name.encode(), name_purpose(name)),
        size=0,
        sha256="",
        state=State.WAITING if waits else State.READY,
        scan_at=now + attachments.FIRST_RETRY if waits else None,
        added_at=now,
        added_by=str(actor),
    )


def _discard(session: Session, row: LetterFile, house: House, *, by: str, now: datetime) -> None:
    row.removed_at, row.removed_by = now, by
    session.add(row)
    after_commit(session, lambda: store.remove(house.folder, row.id))


def _tell(
    session: Session,
    letter: Letter,
    row: LetterFile,
    type: EventType,
    recipient: LetterRecipient | None,
    *,
    actor: Actor,
    now: datetime,
    **refs: object,
) -> None:
    """Add it to the letter's history by the file's id and digest, never by its name.

    A file of the letter's own is part of what its writer writes.
    """
    if not row.department:
        letter.revised_by = str(actor)
    told = {"attachment": str(row.id), "sha256": row.sha256, **refs}
    telling.tell(session, letter, type, actor=actor, now=now, recipient=recipient, **told)
