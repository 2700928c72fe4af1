"""Which files of a letter somebody sees, and one of them read: the letter's readers, and no other.

A department's lie with itself until it has sent its answer; then the hotline sees them too.
"""

import uuid
from collections.abc import Iterator, Sequence

from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from dispatch.attachments import store
from dispatch.attachments.models_attachments import State
from dispatch.attachments.receiving import House
from dispatch.letters.models_files import LetterFile, name_purpose
from dispatch.letters.models_letters import Letter
from dispatch.sealing import reach
from hotline.core import vault
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, NotFound


def seen(session: Session, letter: Letter, reader: Actor) -> Sequence[LetterFile]:
    """Return what the reader, who sees the letter, sees of its files, in the order they came in."""
    own = reach.department_of(reader)
    theirs = LetterFile.department == own if own else col(LetterFile.round).is_not(None)
    query = _present(letter).where(or_(LetterFile.department == "", theirs))
    return session.exec(query.order_by(col(LetterFile.place))).all()


def unsent(session: Session, letter: Letter, department: str) -> Sequence[LetterFile]:
    """Return the department's files that went with no answer yet; without one the letter's own."""
    query = _present(letter).where(
        LetterFile.department == department, col(LetterFile.round).is_(None)
    )
    return session.exec(query.order_by(col(LetterFile.place))).all()


def find(session: Session, letter: Letter, file_id: uuid.UUID, reader: Actor) -> LetterFile:
    """Return the file of this id among those that the reader sees; raise NotFound."""
    found = next((each for each in seen(session, letter, reader) if each.id == file_id), None)
    if found is None:
        raise NotFound(f"There is no file {file_id} here.", remedy="Read the letter again.")
    return found


def count(session: Session, letter: Letter) -> int:
    """Return how many files the letter ever had, the removed ones among them."""
    mine = select(func.count()).select_from(LetterFile).where(LetterFile.letter_id == letter.id)
    return session.exec(mine).one()


def name_of(row: LetterFile) -> str:
    """Return what the file is called."""
    return vault.open_wrapped(row.sealed_name, name_purpose(row.id)).decode()


def content_of(row: LetterFile, house: House) -> Iterator[bytes]:
    """Return the file's content, piece by piece; raise Conflict while it waits for the scanner.

    Raises NotFound where it is not there, Unreadable where somebody changed it.
    """
    if row.state != State.READY:
        raise Conflict(
            "The file waits for the scanner of this site.", remedy="Try again in some minutes."
        )
    return store.read(house.folder, row.id, row)


def _present(letter: Letter) -> SelectOfScalar[LetterFile]:
    return select(LetterFile).where(
        LetterFile.letter_id == letter.id, col(LetterFile.removed_at).is_(None)
    )
