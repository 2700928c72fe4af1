"""案例 in the knowledge search: published cases as documents of its index, each by its number.

A withdrawn or recalled one leaves the index by the next question; one whose source was lost is told
to nobody from that moment on, by the same condition as every read.
"""

from collections.abc import Iterator, Sequence

from sqlmodel import Session, and_, col, select

from dispatch.cases import reading
from dispatch.cases.models_cases import CaseText, WorkedCase
from dispatch.cases.states import Status
from hotline.core.accounts import Actor
from hotline.core.security import Permission, may
from knowledge.searching import rooms
from knowledge.searching.entries import ANSWERS, Entry, Kind
from knowledge.searching.rooms import Room, Told

_BODY = ("situation", "handling", "basis", "outcome", "lesson")


def join() -> None:
    """Let the knowledge search find cases, in this process."""
    rooms.OTHERS[Kind.CASE] = Room(changed, told)


def kinds_for(reader: Actor | None) -> tuple[Kind, ...]:
    """Return what the reader may find: cases are for who is inside, no case is public."""
    inside = reader is not None and may(reader, Permission.TICKET_READ)
    return (*ANSWERS, Kind.CASE) if inside else ANSWERS


def changed(session: Session, after: int) -> Iterator[Entry]:
    """Yield the cases that changed after this number, as they are found or as gone."""
    published = and_(
        col(CaseText.case_id) == WorkedCase.id, col(CaseText.status) == Status.PUBLISHED
    )
    found = (
        select(WorkedCase.id, CaseText)
        .outerjoin(CaseText, published)
        .where(col(WorkedCase.changed) > after)
        .order_by(col(WorkedCase.id))
    )
    for id, text in session.execute(found.execution_options(yield_per=1000)):
        yield _entry(id, text)


def told(session: Session, ids: Sequence[int]) -> dict[int, Told]:
    """Return those that may be read now, by the case's number."""
    shown = reading.shown_by_id(session, ids)
    return {id: _told(case, text) for id, (case, text) in shown.items()}


def _entry(id: int, text: CaseText | None) -> Entry:
    """Return it without a district: published cases are read wherever somebody works."""
    if text is None:
        return Entry(id, "", "", kind=Kind.CASE, gone=True)
    head = "\n".join((text.title, *text.tags))
    return Entry(id, head, f"{text.matter}\n{_said(text)}", kind=Kind.CASE)


def _told(case: WorkedCase, text: CaseText) -> Told:
    return Told(str(case.id), text.title, _said(text), "", case.district, False)


def _said(text: CaseText) -> str:
    return "\n".join(words for name in _BODY if (words := getattr(text, name)))
