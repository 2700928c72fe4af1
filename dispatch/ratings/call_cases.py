"""来电差评: verified by somebody who is not the agent, closed with what was done about it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from dispatch.models import Rating
from dispatch.ratings import telling, terms
from dispatch.ratings.call_stages import Action, Done, Finding, State, advance, require_fitting
from dispatch.ratings.models_call_ratings import NOTE, BadCallRating
from dispatch.sealing import reach
from hotline.core import accounts, events, newest, privacy
from hotline.core.accounts import MACHINE, Actor
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from hotline.core.events import EventType
from hotline.core.privacy import Person
from telephony import do_not_call
from telephony.models import Call, Direction

SHOWN = 50


def open_for(session: Session, rating: Rating, call: Call, *, now: datetime) -> BadCallRating:
    """Open the case of a call's bad rating, and tell the team lead."""
    account = accounts.find(session, call.agent) if call.agent else None
    district = account.district if account else ""
    case = BadCallRating(
        rating_id=rating.id or 0,
        call_id=call.id,
        agent=call.agent,
        district=district,
        state=State.OPEN,
        opened_at=now,
        due_at=terms.due_in(session, district, "call_verify_by", now=now),
    )
    session.add(case)
    _done(session, case, EventType.CALL_RATING_OPENED, MACHINE, now, count=False)
    telling.call_opened(session, case, now=now)
    return case


def listed(
    session: Session,
    *,
    reader: Actor,
    states: Sequence[State] = (),
    before: tuple[datetime, int] | None = None,
    limit: int = SHOWN,
) -> Sequence[BadCallRating]:
    """Return cases, the newest first; `before` is the moment and id of the last one seen."""
    query = select(BadCallRating).where(seen(reader))
    if states:
        query = query.where(col(BadCallRating.state).in_(states))
    at, id = col(BadCallRating.opened_at), col(BadCallRating.id)
    return newest.page(session, query, at, id, before=before, limit=limit)


def find(session: Session, case_id: int, *, reader: Actor, lock: bool = False) -> BadCallRating:
    """Return the case; raise NotFound, for one that the reader may not see too."""
    query = select(BadCallRating).where(BadCallRating.id == case_id, seen(reader))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).first()
    if found is None:
        raise NotFound(f"There is no call's bad rating {case_id}.", remedy="Take one of the list.")
    return found


def seen(reader: Actor) -> ColumnElement[bool]:
    """Return the condition that the reader may see it: in their area, and not of themselves."""
    calls = reach.calls(reader, col(BadCallRating.call_id))
    here = or_(col(BadCallRating.district) == "", reach.in_area(reader, BadCallRating))
    return and_(calls, here, col(BadCallRating.agent) != reader.name)


def verify(
    session: Session,
    case: BadCallRating,
    finding: Finding,
    note: str,
    *,
    actor: Actor,
    now: datetime,
) -> BadCallRating:
    """核实: keep whether the service deserved it, and why; the case is locked.

    Raises NotAllowed for the agent, Conflict for a second verdict, Invalid without a reason.
    """
    _require_other(case, actor)
    verified = advance(State(case.state), Action.VERIFY)
    case.state, case.sealed_note = verified, _sealed(session, case, note)
    case.verdict, case.verified_at, case.verified_by = finding, now, str(actor)
    case.due_at = terms.due_in(session, case.district, "call_close_by", now=now)
    _done(session, case, EventType.CALL_RATING_VERIFIED, actor, now, verdict=finding.value)
    return case


def close(
    session: Session,
    case: BadCallRating,
    done: Collection[Done],
    words: str,
    *,
    actor: Actor,
    now: datetime,
) -> BadCallRating:
    """办结: with what was done; the case is locked.

    Raises as `verify` does; Invalid for what does not fit the verdict, Conflict for a call back
    that is not on record.
    """
    _require_other(case, actor)
    closed = advance(State(case.state), Action.CLOSE)
    require_fitting(Finding(case.verdict), done)
    if Done.CALLED_BACK in done and not was_called_back(session, case):
        raise Conflict("No call to them since is on record.", remedy="Call them, then close it.")
    case.state, case.sealed_done = closed, _sealed(session, case, words)
    case.done = [each.value for each in Done if each in done]
    case.closed_at, case.closed_by = now, str(actor)
    _done(session, case, EventType.CALL_RATING_CLOSED, actor, now, done=case.done)
    return case


def may_be_called(session: Session, case: BadCallRating, *, now: datetime) -> bool:
    """Return whether the caller's number is on record and they did not ask to be left alone."""
    person = _caller(session, case)
    known = person.phone_index is not None and not privacy.is_erased(person)
    return known and not do_not_call.is_listed(session, person.id, now=now)


def was_called_back(session: Session, case: BadCallRating) -> bool:
    """Return whether somebody of the hotline talked to the caller since the case was opened."""
    talk = select(Call.id).where(
        Call.person_id == _caller(session, case).id,
        Call.direction == Direction.OUT,
        col(Call.started_at) >= case.opened_at,
        col(Call.connected_at).is_not(None),
    )
    return session.exec(talk.limit(1)).first() is not None


def note_of(session: Session, case: BadCallRating) -> str:
    """Return how it was verified; empty until then."""
    return _unsealed(session, case, case.sealed_note)


def words_of(session: Session, case: BadCallRating) -> str:
    """Return what was said of what was done; empty until then."""
    return _unsealed(session, case, case.sealed_done)


def _require_other(case: BadCallRating, actor: Actor) -> None:
    if actor.name == case.agent:
        raise NotAllowed("It is your own call.", remedy="Leave it to a team lead.")


def _caller(session: Session, case: BadCallRating) -> Person:
    return session.get_one(Person, session.get_one(Call, case.call_id).person_id)


def _sealed(session: Session, case: BadCallRating, words: str) -> bytes | None:
    """Return the words masked and sealed; None of an erased caller, whose case still ends."""
    if not words.strip():
        raise Invalid("This needs its words.", remedy="Say it in a sentence.")
    person = _caller(session, case)
    said = privacy.mask_text(words.strip())
    return None if privacy.is_erased(person) else privacy.seal(person, said, NOTE)


def _unsealed(session: Session, case: BadCallRating, sealed: bytes | None) -> str:
    return privacy.unseal(_caller(session, case), sealed, NOTE) if sealed else ""


def _done(
    session: Session,
    case: BadCallRating,
    type: EventType,
    actor: Actor,
    now: datetime,
    *,
    count: bool = True,
    **refs: Any,
) -> None:
    """Count the change and tell it by ids and codes: the agent's name is the case's own."""
    case.version += count
    session.add(case)
    session.flush()
    chain = f"bad_call_rating:{case.id}"
    events.append(session, type, chain=chain, actor=str(actor), now=now, case=case.id, **refs)
