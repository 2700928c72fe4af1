"""交接班 over HTTP: notes from one shift to the next; who reads them holds a seat too."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlmodel import Session, col, select

from hotline.api.fields import RowId
from hotline.api.schemas_service import Desk, NoteIn, NoteLeft, NoteList, NoteOut
from hotline.api.seats import Holder, OwnSeat
from hotline.api.writes import Writing
from hotline.core.accounts import Account
from hotline.core.clock import now
from hotline.web.access import SessionDep
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, WRITING
from telephony import shifts
from telephony.models_queue import ShiftNote

router = APIRouter(prefix="/api/v1/shift-notes", tags=["service"], responses=READING)


@router.get("", operation_id="list_shift_notes", summary="Hand-over notes (交接班)")
def list_shift_notes(
    _actor: Holder, session: SessionDep, desk: Annotated[Desk, Query()] = ""
) -> NoteList:
    """Return a desk's last twenty notes, newest first."""
    return NoteList(items=_shown(session, shifts.notes(session, desk=desk)))


@router.post(
    "",
    operation_id="leave_shift_note",
    summary="Leave a note (交班)",
    response_model=NoteLeft,
    responses=WRITING,
)
def leave_shift_note(actor: Holder, seat: OwnSeat, given: NoteIn, write: Writing) -> Any:
    """交班: keep, sealed, what the next shift must know."""

    def act() -> NoteLeft:
        note = shifts.leave_note(
            write.session, seat.account_id, given.text, desk=given.desk, now=now()
        )
        return NoteLeft(id=note.id or 0, at=note.at)

    return write.once(act, actor, given.model_dump_json(), again=as_kept)


@router.post(
    "/{note_id}/take-over",
    operation_id="take_over_shift_note",
    summary="Take over (接班)",
    responses=WRITING,
)
def take_over_shift_note(actor: Holder, note_id: RowId, session: SessionDep) -> NoteOut:
    """接班: it was read; the first one counts."""
    note = shifts.take_over(session, note_id, by=str(actor), now=now())
    return _shown(session, [note])[0]


def _shown(session: Session, found: Sequence[ShiftNote]) -> list[NoteOut]:
    ids = {each.account_id for each in found}
    written = session.exec(select(Account).where(col(Account.id).in_(ids))) if ids else ()
    names = {each.id: each.username for each in written}
    return [
        NoteOut(
            id=each.id or 0,
            username=names.get(each.account_id, ""),
            text=shifts.text_of(each),
            **each.model_dump(include={"at", "desk", "read_by", "read_at"}),
        )
        for each in found
    ]
