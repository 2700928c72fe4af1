"""函件的站内消息: what a recipient's leaders, or 督办机构, must know of a letter."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from dispatch.letters import subjects
from dispatch.letters.models_letters import Letter, LetterRecipient
from dispatch.notices import staff_notices
from dispatch.notices.models_notices import StaffNotice
from dispatch.notices.staff_notices import Owed

YELLOW = "yellow"


class Says(StrEnum):
    """What a notice tells of a letter; what its clocks tell they tell themselves."""

    ISSUED = "letter_issued"
    WITHDRAWN = "letter_withdrawn"
    SENT_BACK = "letter_sent_back"
    RECORDED = "letter_recorded"
    RETURNED = "letter_measure_returned"
    ANSWERED = "letter_answered"  # to 督办机构: it waits for a decision


def tell_department(
    session: Session,
    letter: Letter,
    recipient: LetterRecipient,
    says: Says,
    *,
    due_at: datetime | None,
    now: datetime,
) -> None:
    """Tell the recipient's leaders, who answer for it; its people read the same in the app."""
    whom = f"leader:{recipient.department}"
    _owe(session, letter, whom, says, due_at=due_at, now=now)


def tell_supervision(session: Session, letter: Letter, *, now: datetime) -> None:
    """Tell 督办机构 of the letter's district that the department has said something."""
    whom = f"supervision:{letter.district}"
    _owe(session, letter, whom, Says.ANSWERED, due_at=None, now=now)


def letters(session: Session, found: Iterable[StaffNotice]) -> dict[str, str]:
    """Return the number of the letter that each notice is about, by what the notice is about."""
    about = [each.about for each in found if subjects.is_letters(each.about)]
    ids = {each: subjects.letter_id(each) for each in about}
    query = select(Letter.id, Letter.number).where(col(Letter.id).in_(set(ids.values())))
    numbers = dict(session.exec(query).all()) if ids else {}
    return {each: numbers.get(key) or "" for each, key in ids.items()}


def _owe(
    session: Session,
    letter: Letter,
    whom: str,
    says: Says,
    *,
    due_at: datetime | None,
    now: datetime,
) -> None:
    # The letter's version: what is told again is another thing than before.
    about = f"{subjects.chain(letter.id or 0)}:{letter.version}:{says}"
    owed = Owed(about, whom, YELLOW, says, "", "", "", due_at)
    staff_notices.owe(session, [owed], now=now)
