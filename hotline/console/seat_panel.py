"""坐席与通话 as the call bar shows them: the seat, its call, and what can be done now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from hotline.console import calls_before, refusals
from hotline.console.calls_before import CallerView, since
from hotline.console.frame import Viewer
from hotline.console.words import name_of, words_of
from hotline.core import accounts
from telephony import fetchable, parties, seat_states
from telephony.acd import SeatStatus
from telephony.models import Call, Direction, Seat, SeatKind
from telephony.models_calls import CallOrder, CallParty, OrderOutcome
from telephony.models_queue import MissedCall
from telephony.ordering import Verb
from telephony.orders import seat_party
from telephony.wiring import Part

# An order's end is worth a line for so long; afterwards the bar itself says how things are.
ORDER_SHOWN = timedelta(seconds=12)
PAUSES = ("meal", "rest", "training", "meeting", "paperwork")


@dataclass(frozen=True)
class PartyView:
    name: str
    label: str
    part: str
    purpose: str  # what they were fetched for; empty for whom the queue sent
    waiting: bool  # is rung, and not in the call yet
    apart: bool  # the caller hears neither them nor the agent
    droppable: bool


@dataclass(frozen=True)
class CallView:
    """The seat's call, as its agent has it."""

    id: str
    out: bool
    since: str
    held: bool
    muted: bool
    listens: bool
    parties: list[PartyView]
    caller: CallerView


@dataclass(frozen=True)
class OrderView:
    """What the agent asked for last."""

    id: int
    waiting: bool
    refused: bool
    verb: str
    words: str  # why, for its agent
    why: str


@dataclass(frozen=True)
class OwedView:
    """漏接回拨: whom the agent is shown, to ring them by one key."""

    id: int
    caller: str
    why: str
    since: str
    times: int


@dataclass(frozen=True)
class Panel:
    """All that the bar shows; `can` are the verbs that make sense now."""

    seat: Seat
    status: str
    reason: str
    since: str
    call: CallView | None
    can: frozenset[str]
    order: OrderView | None
    owed: OwedView | None
    wrap_up_call: str
    wrap_up_until: str
    colleagues: list[fetchable.Colleague]
    as_of: str


def panel(session: Session, viewer: Viewer, *, now: datetime) -> Panel:
    """Return the bar of whoever looks, without locking their seat."""
    seat = seat_of(session, viewer, now=now)
    call = session.get(Call, seat.call_id) if seat.call_id else None
    shown = _call(session, seat, call, viewer) if call else None
    talks = seat.status == SeatStatus.TALKING
    writing = seat.status == SeatStatus.WRAP_UP
    row = seat_states.wrap_up_of(session, seat) if writing else None
    return Panel(
        seat=seat,
        status=seat.status,
        reason=name_of("pause", seat.pause_reason) if seat.status == SeatStatus.PAUSED else "",
        since=since(seat.since),
        call=shown,
        can=_can(seat, shown),
        order=_order(session, seat, now=now),
        owed=None if call else _owed(session, seat),
        wrap_up_call=str(row.call_id) if row else "",
        wrap_up_until=since(seat.wrap_up_until) if writing else "",
        colleagues=fetchable.colleagues(session, seat) if talks else [],
        as_of=now.isoformat(),
    )


def seat_of(session: Session, viewer: Viewer, *, now: datetime) -> Seat:
    """Return the viewer's seat as it stands; one that was never held is logged off."""
    found = session.exec(select(Seat).where(Seat.username == viewer.actor.name)).first()
    if found:
        return found
    account = accounts.find(session, viewer.actor.name)
    return Seat(account_id=(account and account.id) or 0, username=viewer.actor.name, since=now)


def _call(session: Session, seat: Seat, call: Call, viewer: Viewer) -> CallView:
    here = parties.here(session, call.id)
    asked = _asked(session, seat, call) if seat.status == SeatStatus.TALKING else []
    own = seat_party(seat.account_id)
    apart = any(each.purpose == Verb.CONSULT for each in here)
    held = _last(asked, Verb.HOLD, Verb.UNHOLD, Verb.MEET) == Verb.HOLD or (
        apart and _last(asked, Verb.CONSULT, Verb.UNHOLD, Verb.MEET) == Verb.CONSULT
    )
    return CallView(
        id=str(call.id),
        out=call.direction == Direction.OUT,
        since=since(call.connected_at or seat.since),
        held=held,
        muted=_last(asked, Verb.MUTE, Verb.UNMUTE) == Verb.MUTE,
        listens=any(each.name == own and each.part == Part.SUPERVISOR for each in here),
        parties=[_party(each, held=held) for each in here if each.name != own],
        caller=calls_before.caller_view(session, call, viewer.actor),
    )


def _asked(session: Session, seat: Seat, call: Call) -> Sequence[CallOrder]:
    """Return what this seat asked of its call since it has it, newest first, refusals left out."""
    query = select(CallOrder).where(
        CallOrder.call_id == call.id,
        CallOrder.account_id == seat.account_id,
        CallOrder.ordered_at >= seat.since,
        CallOrder.outcome != OrderOutcome.REFUSED,
    )
    return session.exec(query.order_by(col(CallOrder.id).desc())).all()


def _last(asked: Sequence[CallOrder], *verbs: Verb) -> str:
    return next((each.verb for each in asked if each.verb in verbs), "")


def _party(row: CallParty, *, held: bool) -> PartyView:
    return PartyView(
        name=row.name,
        label=row.label,
        part=row.part,
        purpose=row.purpose,
        waiting=row.joined_at is None,
        apart=held and row.part != Part.SUPERVISOR,
        droppable=bool(row.purpose) and row.part != Part.SUPERVISOR,
    )


def _can(seat: Seat, call: CallView | None) -> frozenset[str]:
    """Return the verbs that make sense now; the switch judges each of them anew."""
    if call is not None and call.out:
        return frozenset({"hang-up"})
    if call is None or seat.status == SeatStatus.OFFERED:
        rings = call is not None and seat.kind == SeatKind.BROWSER
        return frozenset({"answer"} if rings else ())
    if seat.status != SeatStatus.TALKING:
        return frozenset()
    if call.listens:
        return frozenset({"listen", "stop-listening"})
    can = {"hold", "mute", "consult", "transfer", "emergency", "press", "hang-up", "language"}
    company = [each for each in call.parties if each.part != Part.SUPERVISOR and not each.waiting]
    if company and call.held:
        can.add("meet")
    if company and not any(each.purpose == Verb.EMERGENCY for each in company):
        can.add("leave")
    return frozenset(can)


def _order(session: Session, seat: Seat, *, now: datetime) -> OrderView | None:
    recent = select(CallOrder).where(
        CallOrder.account_id == seat.account_id, CallOrder.ordered_at > now - ORDER_SHOWN
    )
    row = session.exec(recent.order_by(col(CallOrder.id).desc()).limit(1)).first()
    if row is None:
        return None
    refused = row.outcome == OrderOutcome.REFUSED
    waits, said = row.settled_at is None, refusals.words(row.why)
    return OrderView(row.id or 0, waits, refused, row.verb, said, row.why)


def _owed(session: Session, seat: Seat) -> OwedView | None:
    found = session.exec(
        select(MissedCall).where(
            MissedCall.account_id == seat.account_id,
            col(MissedCall.closed_at).is_(None),
            col(MissedCall.shown_at).is_not(None),
        )
    ).first()
    if found is None:
        return None
    call = session.get_one(Call, found.call_id)
    why = name_of("missed", found.why)
    return OwedView(found.id or 0, call.caller_masked, why, since(found.waiting_since), found.times)


def wrap_up_codes() -> Mapping[str, str]:
    """Return the codes of a wrap-up (话后小结) by name."""
    return words_of("wrap_up")
