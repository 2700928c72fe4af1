"""Who is fetched into a call that runs: a colleague, a unit, 110, a supervisor who listens."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from hotline.core.events import EventType
from hotline.core.settings import Settings
from hotline.switch import freeing
from hotline.switch.telling import Told, destination_of
from telephony import parties, records, seats
from telephony.commands import Hello, PartyGone, PartyJoined, invite_name
from telephony.models import Call, Seat
from telephony.models_calls import CallParty
from telephony.orders import Invite, Leave, seat_party
from telephony.outcomes import AgentOutcome
from telephony.wiring import Part

RING_S = 40.0  # of somebody outside; their switchboard takes its time


class Purpose(StrEnum):
    """What somebody was fetched for; an agent whom the queue offers has none."""

    CONSULT = "consult"
    TRANSFER = "transfer"  # who fetched them leaves as soon as they are there
    EMERGENCY = "emergency"
    LISTEN = "listen"


@dataclass(frozen=True)
class Fetch:
    """As what somebody is fetched into a call, what for, and by whom."""

    part: Part
    purpose: Purpose
    by: str
    apart: bool = False  # the caller is held until they are told to meet
    listening: str = ""


def seat_into(
    session: Session, own: Settings, seat: Seat, call: Call, fetch: Fetch, *, now: datetime
) -> Told:
    """Ring another seat for a call that runs."""
    seats.offer(session, seat, call, now=now)
    row = parties.invite(
        session,
        call,
        seat_party(seat.account_id),
        fetch.part,
        purpose=fetch.purpose,
        account_id=seat.account_id,
        label=seat.username,
        listening=fetch.listening,
        now=now,
    )
    return _invited(session, call, row, fetch, destination_of(seat), own.desk_ring_s, now=now)


def outside(
    session: Session, call: Call, destination: str, label: str, fetch: Fetch, *, now: datetime
) -> Told:
    """Ring somebody outside for a call that runs; the destination was found allowed."""
    nth = 1 + sum(each.part == Part.EXPERT for each in parties.everybody(session, call.id))
    row = parties.invite(
        session,
        call,
        f"{fetch.purpose}-{nth}",
        fetch.part,
        purpose=fetch.purpose,
        label=label,
        now=now,
    )
    return _invited(session, call, row, fetch, destination, RING_S, now=now)


def joined(session: Session, report: PartyJoined, *, now: datetime) -> list[Told]:
    """Record that they are in the call; who fetched them to take over leaves it.

    Whom we had given up (`compare`), as the order was still on its way, is let go again.
    """
    call = records.get_call(session, uuid.UUID(report.call_id))
    row = parties.join(session, call.id, report.party, now=now)
    if row is None:
        given_up = parties.find(session, call.id, report.party)
        left = given_up is not None and given_up.left_at is not None
        return [Told(call.worker, Leave(str(call.id), report.party))] if left else []
    if row.account_id:
        seats.talk(session, row.account_id, call, now=now)
    _note(session, EventType.CALL_PARTY_JOINED, call, row, now)
    if row.purpose != Purpose.TRANSFER:
        return []
    _note(session, EventType.CALL_TRANSFERRED, call, row, now)
    return [
        Told(call.worker, Leave(str(call.id), each.name))
        for each in parties.here(session, call.id)
        if each.part == Part.AGENT and each.name != row.name
    ]


def gone(session: Session, own: Settings, report: PartyGone, *, now: datetime) -> Call:
    """Record that they left, or never came, and free their seat."""
    call = records.get_call(session, uuid.UUID(report.call_id))
    row = parties.leave(session, call.id, report.party, report.outcome, now=now)
    if row is None:
        return call
    _note(session, EventType.CALL_PARTY_LEFT, call, row, now, outcome=report.outcome)
    if row.account_id:
        freeing.free_seat(
            session,
            own,
            row.account_id,
            call,
            outcome=AgentOutcome(report.outcome),
            talked=report.talked,
            now=now,
        )
    return call


def emergency_here(session: Session, call: Call) -> CallParty | None:
    """Return the emergency service that is on the line or being rung: the line is kept for it."""
    return next(
        (each for each in parties.here(session, call.id) if each.purpose == Purpose.EMERGENCY),
        None,
    )


def compare(session: Session, hello: Hello, *, now: datetime) -> list[Told]:
    """Settle which invitations ring at a worker that introduces itself: both sides know the same.

    One that never arrived is over, so that no line is kept for 110 for ever; one that the leader
    holds for over is ended. Who is in the call already is left alone: an earlier version's worker
    names none.
    """
    known = {
        invite_name(str(call.id), row.name): (call, row)
        for call, row in parties.fetched_at(session, hello.worker)
    }
    for name, (call, row) in known.items():
        if name not in hello.invites and row.joined_at is None:
            _never_rung(session, call, row, now=now)
    strange = [each.partition("/") for each in hello.invites if each not in known]
    return [Told(hello.worker, Leave(call_id, party)) for call_id, _, party in strange]


def _never_rung(session: Session, call: Call, row: CallParty, *, now: datetime) -> None:
    parties.leave(session, call.id, row.name, AgentOutcome.LOST, now=now)
    _note(session, EventType.CALL_PARTY_LEFT, call, row, now, outcome=AgentOutcome.LOST)
    if row.account_id:
        seats.leave(session, row.account_id, call.id, now=now)


def _invited(
    session: Session,
    call: Call,
    row: CallParty,
    fetch: Fetch,
    destination: str,
    ring_s: float,
    *,
    now: datetime,
) -> Told:
    by, purpose = fetch.by, fetch.purpose
    _note(session, EventType.CALL_PARTY_INVITED, call, row, now, by=by, purpose=purpose)
    invite = Invite(
        str(call.id),
        row.name,
        fetch.part,
        destination,
        float(ring_s),
        apart=fetch.apart,
        listening=fetch.listening,
    )
    return Told(call.worker, invite)


def _note(
    session: Session,
    type: EventType,
    call: Call,
    row: CallParty,
    now: datetime,
    *,
    by: str = records.ACTOR,
    **refs: str,
) -> None:
    records.note(
        session, type, call, now, actor=by, party=row.name, part=row.part, label=row.label, **refs
    )
