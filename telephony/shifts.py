"""排班与交接: who works at which desk when, and what one shift tells the next."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from hotline.core import events, rekeying, vault
from hotline.core.accounts import Account
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import EventType
from telephony.models_queue import Shift, ShiftNote

CHAIN = "service"
LONGEST_NOTE = 2000
SAME_NOTE = timedelta(minutes=5)
_PURPOSE = "shift note"
rekeying.register(rekeying.Wrapped("shift_note", "sealed_text", "id", lambda _key: _PURPOSE))


def roster(
    session: Session,
    account_id: int,
    begins_at: datetime,
    ends_at: datetime,
    *,
    desk: str = "",
    by: str,
    now: datetime,
) -> Shift:
    """Put somebody down for a shift; raise Invalid for none, Conflict when they have one then."""
    _one_after_another(session, account_id)
    _require_free(session, account_id, begins_at, ends_at)
    shift = Shift(
        account_id=account_id,
        begins_at=begins_at,
        ends_at=ends_at,
        desk=desk,
        set_by=by,
        set_at=now,
    )
    session.add(shift)
    session.flush()
    _note(session, shift, by=by, now=now)
    return shift


def strike(session: Session, shift_id: int, *, by: str, now: datetime) -> None:
    """Take a shift that has not begun off the roster, end one that has; raise NotFound."""
    shift = session.get(Shift, shift_id, with_for_update=True)
    if shift is None:
        raise NotFound(f"There is no shift {shift_id}.")
    if shift.ends_at <= now:
        raise Conflict("The shift is over.", remedy="What was worked stays on record.")
    _note(session, shift, by=by, now=now)
    if shift.begins_at >= now:
        session.delete(shift)
    else:
        shift.ends_at = now


def between(session: Session, begins_at: datetime, ends_at: datetime) -> Sequence[Shift]:
    """Return the shifts of this span, earliest first."""
    overlapping = select(Shift).where(Shift.begins_at < ends_at, Shift.ends_at > begins_at)
    return session.exec(overlapping.order_by(col(Shift.begins_at), col(Shift.id))).all()


def rostered(session: Session, desk: str, *, now: datetime) -> frozenset[int]:
    """Return the accounts that are on shift at this desk now."""
    present = select(Shift.account_id).where(
        Shift.desk == desk, Shift.begins_at <= now, Shift.ends_at > now
    )
    return frozenset(session.exec(present))


def leave_note(
    session: Session, account_id: int, text: str, *, desk: str = "", now: datetime
) -> ShiftNote:
    """Keep what the next shift must know; raise Invalid for nothing, or too much.

    The same words twice within `SAME_NOTE` are one note: somebody pressed the button again.
    """
    said = text.strip()
    if not said or len(said) > LONGEST_NOTE:
        raise Invalid(
            f"A hand-over note has 1 to {LONGEST_NOTE} characters.", remedy="Write it shorter."
        )
    _one_after_another(session, account_id)
    for kept in notes(session, desk=desk, limit=1):
        pressed_twice = kept.account_id == account_id and now - kept.at < SAME_NOTE
        if pressed_twice and text_of(kept) == said:
            return kept
    sealed = vault.wrap(said.encode(), _PURPOSE)
    note = ShiftNote(account_id=account_id, desk=desk, at=now, sealed_text=sealed)
    session.add(note)
    session.flush()
    return note


def notes(session: Session, *, desk: str = "", limit: int = 20) -> Sequence[ShiftNote]:
    """Return a desk's notes, newest first."""
    query = select(ShiftNote).where(ShiftNote.desk == desk).order_by(col(ShiftNote.id).desc())
    return session.exec(query.limit(limit)).all()


def text_of(note: ShiftNote) -> str:
    """Return what the note says."""
    return vault.open_wrapped(note.sealed_text, _PURPOSE).decode()


def take_over(session: Session, note_id: int, *, by: str, now: datetime) -> ShiftNote:
    """接班: take note that it was read; the first one counts. Raise NotFound."""
    note = session.get(ShiftNote, note_id, with_for_update=True)
    if note is None:
        raise NotFound(f"There is no hand-over note {note_id}.")
    if note.read_at is None:
        note.read_by, note.read_at = by, now
    return note


def _one_after_another(session: Session, account_id: int) -> None:
    """Let what else is written for this person at the same moment wait until this one stands."""
    session.exec(select(Account.id).where(Account.id == account_id).with_for_update()).first()


def _require_free(
    session: Session, account_id: int, begins_at: datetime, ends_at: datetime
) -> None:
    if begins_at >= ends_at:
        raise Invalid("The shift ends before it begins.", remedy="Give a later end.")
    clash = select(Shift).where(
        Shift.account_id == account_id, Shift.begins_at < ends_at, Shift.ends_at > begins_at
    )
    if session.exec(clash).first():
        raise Conflict(
            "They are on another shift at that time.", remedy="End that one first, or shorten it."
        )


def _note(session: Session, shift: Shift, *, by: str, now: datetime) -> None:
    events.append(
        session,
        EventType.SHIFT_CHANGED,
        chain=CHAIN,
        actor=by,
        now=now,
        shift=shift.id,
        account=shift.account_id,
        desk=shift.desk,
    )
