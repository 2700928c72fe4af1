"""What is approved of a letter, as one digest: its words, whom it goes to, and its files.

The digest stands in the letter's history, which is chained by hash: what is issued, and whatever is
shown years later, can be held against what somebody signed for.
"""

import hashlib
import json
from datetime import UTC
from typing import Any

from sqlmodel import Session

from dispatch.attachments import receiving
from dispatch.attachments.models_attachments import State
from dispatch.letters import file_reading, files, reading, subjects
from dispatch.letters.models_files import LetterFile
from dispatch.letters.models_letters import Letter
from hotline.core import events
from hotline.core.ciphers import Unreadable
from hotline.core.errors import Conflict, NotFound
from hotline.core.events import EventType
from hotline.core.settings import settings

_SAID = ("kind", "subject", "basis", "clause", "body", "named", "place", "offices")


def signature(session: Session, letter: Letter) -> str:
    """Return the digest of what is signed; raise Conflict while a file waits for the scanner."""
    own = file_reading.unsent(session, letter, "")
    if any(each.state != State.READY for each in own):
        raise Conflict("A file of the letter waits for the scanner.", remedy="Wait, or remove it.")
    said: dict[str, Any] = {name: getattr(letter, name) for name in _SAID}
    told = {
        **said,
        "answer_on": letter.answer_on.isoformat() if letter.answer_on else "",
        "meets_at": letter.meets_at.astimezone(UTC).isoformat() if letter.meets_at else "",
        "to": [each.department for each in reading.recipients(session, letter)],
        "files": [[str(each.id), each.sha256] for each in own],
    }
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def require_as_approved(session: Session, letter: Letter) -> None:
    """Raise Conflict unless the letter, and the content of each file, is what was approved.

    A letter that was approved before letters had files has no digest, and none of them.
    """
    approved = EventType.LETTER_APPROVED
    told = events.history(session, subjects.chain(letter.id or 0))
    last = next((each.refs for each in reversed(told) if each.type == approved), {})
    signed = last.get("signed", "")
    if signed and signed != signature(session, letter):
        raise _Changed()
    for row in file_reading.unsent(session, letter, ""):
        _require_whole(row)


def _require_whole(row: LetterFile) -> None:
    house = receiving.house_of(settings())
    try:
        found = files.digest_of(file_reading.content_of(row, house))
    except (NotFound, Unreadable):
        found = ""
    if found != row.sha256:
        raise _Changed()


class _Changed(Conflict):
    def __init__(self) -> None:
        super().__init__(
            "The letter or a file of it is not what was approved.",
            remedy="Revise it, and have it approved anew.",
        )
