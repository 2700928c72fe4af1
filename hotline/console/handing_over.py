"""交接班: what one shift tells the next; whoever reads it holds a seat too."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session, col, select

from hotline.console import moments, navigation
from hotline.console.call_bar import in_words, own_seat
from hotline.console.callings import called
from hotline.console.faults import Misfilled
from hotline.console.frame import Holder, Viewer
from hotline.console.words import say
from hotline.console.writes import LARGEST_ROW
from hotline.core.accounts import Account
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from telephony import shifts
from telephony.models_queue import ShiftNote

router = APIRouter(prefix=f"{navigation.SHIFTS.page}/notes", include_in_schema=False)

DESK = r"^(night|holiday)?$"
Desk = Annotated[str, Form(pattern=DESK)]


@dataclass(frozen=True)
class Note:
    """What was written down; empty `read_by`: nobody has taken over yet."""

    id: int
    by: str
    at: str
    text: str
    read_by: str
    read_at: str


def notes(session: Session, viewer: Viewer, desk: str) -> dict[str, Any]:
    """Return a desk's last notes for its page, newest first; none for who holds no seat."""
    rows = shifts.notes(session, desk=desk) if Permission.SEAT_HOLD in viewer.may else []
    ids = {row.account_id for row in rows}
    written = session.exec(select(Account).where(col(Account.id).in_(ids))) if ids else ()
    names = {each.id or 0: each.display_name or each.username for each in written}
    readers = called(session, {row.read_by for row in rows} - {""})
    return {"notes": [_note(row, names, readers) for row in rows], "desk": desk}


@router.post("")
def leave(
    viewer: Holder,
    session: SessionDep,
    text: Annotated[str, Form(max_length=shifts.LONGEST_NOTE)],
    desk: Desk = "",
) -> Response:
    """交班: keep, sealed, what the next shift must know."""
    if not text.strip() or "\0" in text:
        raise Misfilled(say("fault.no_note"))
    seat = own_seat(session, viewer)
    shifts.leave_note(session, seat.account_id, text, desk=desk, now=now())
    return _to(desk)


@router.post("/{note_id}/take-over")
def take_over(viewer: Holder, note_id: int, session: SessionDep) -> Response:
    """接班: it was read; the first one counts."""
    if not 0 < note_id <= LARGEST_ROW:
        raise NotFound(f"There is no hand-over note {note_id}.")
    with in_words():
        note = shifts.take_over(session, note_id, by=str(viewer.actor), now=now())
    return _to(note.desk)


def _to(desk: str) -> Response:
    query = f"?desk={desk}" if desk in ("night", "holiday") else ""
    return RedirectResponse(f"{navigation.SHIFTS.page}{query}#notes", status_code=303)


def _note(row: ShiftNote, names: dict[int, str], readers: dict[str, str]) -> Note:
    return Note(
        id=row.id or 0,
        by=names.get(row.account_id, ""),
        at=moments.full(row.at),
        text=shifts.text_of(row),
        read_by=readers.get(row.read_by, ""),
        read_at=moments.short(row.read_at) if row.read_at else "",
    )
