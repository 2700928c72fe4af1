"""排队分配: all who wait and all seats that are free, at every report and every round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col, select

from hotline.core.events import EventType
from hotline.core.settings import Settings
from hotline.switch import announcing, floor, freeing
from hotline.switch.orders import legs
from hotline.switch.telling import Told, destination_of
from telephony import (
    acd,
    lines,
    owed,
    parties,
    queueing,
    records,
    seat_states,
    seats,
    service_modes,
)
from telephony.acd import Place, SeatStatus, Waiting
from telephony.acd.misses import NOT_ALLOWED
from telephony.acd.modes import Change
from telephony.acd.patience import Limits, Next, Stay, next_step
from telephony.acd.skills import Breadth, Softening
from telephony.acd.waiting import expected_wait_s
from telephony.destinations import NotAllowed, desk_phone
from telephony.models import Call, Direction, Seat, SeatKind
from telephony.models_queue import MissedCall, QueueEntry
from telephony.orders import Announce, HangUp, Offer, TakeMessage, seat_party
from telephony.queueing import WhyLeft
from telephony.wiring import Part

# A worker that hears nothing of a waiting caller for half a minute takes their message by itself.
KEEP_WAITING = timedelta(seconds=10)

Room = Mapping[str, int]
"""How many calls each connected worker may place at a time, by the worker's name."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Round:
    """What one round knows: who waits, whose seats are held, who may take calls, in which mode."""

    session: Session
    own: Settings
    now: datetime
    entries: Sequence[tuple[Call, QueueEntry]]
    due: Sequence[MissedCall]
    held: Sequence[Seat]
    change: Change
    duty: frozenset[int]

    @property
    def waiting(self) -> list[Waiting]:
        """Everybody who waits, on the line or to be called back."""
        on_line = [queueing.as_waiting(call, entry) for call, entry in self.entries]
        return on_line + [owed.as_waiting(row) for row in self.due]

    @property
    def rung(self) -> set[str]:
        """The calls that some seat has."""
        return {str(seat.call_id) for seat in self.held}


def serve(session: Session, own: Settings, room: Room, *, now: datetime) -> list[Told]:
    """Offer whom each free seat fits best, tell who waits on, and let go whom nobody will take."""
    seats.settle(session, now=now)
    _take_back(session, own, now=now)
    told = _say_goodbye(session, now=now)
    entries, due = queueing.open_entries(session), owed.due(session, now=now)
    if not (entries or due):
        return told
    held = seats.for_choice(session)
    change = service_modes.change_now(session, now=now)
    duty = floor.on_duty(session, now=now)
    present = Round(session, own, now, entries, due, held, change, duty)
    # Chosen first: who is offered to somebody now is told nothing else.
    told += _choose(present, spare(session, room))
    return told + _be_patient(present)


def plan_of(own: Settings) -> acd.Plan:
    """Return how this site serves its callers."""
    steps = (
        Softening(0, Breadth.EXACT),
        Softening(own.queue_language_s, Breadth.LANGUAGE),
        Softening(own.queue_anybody_s, Breadth.ANYBODY),
    )
    return acd.Plan(acd.Strategy(own.seat_strategy), steps)


def limits_of(own: Settings, change: Change) -> Limits:
    """Return what callers wait for at most, by the settings and the mode in force."""
    after_s = change.callback_after_s
    return Limits(
        longest_wait_s=own.queue_longest_s,
        longest_queue=own.queue_longest,
        callback_after_s=own.queue_callback_s if after_s is None else after_s,
        announce_every_s=own.queue_announce_s,
    )


def _choose(present: Round, free_legs: Room) -> list[Told]:
    """Offer every caller who has a seat to take them, and show owed calls to who is left."""
    session, own, now = present.session, present.own, present.now
    known = {seat.account_id: seat for seat in present.held}
    calls = {str(call.id): call for call, _ in present.entries}
    rows = {owed.as_waiting(row).key: row for row in present.due}
    rung = present.rung
    waiting = [each for each in present.waiting if each.key not in rung]
    told = []
    for one, place in acd.assign(_places(present), waiting, free_legs, plan_of(own), now):
        seat = known[place.seat]
        if one.owed:
            owed.show(rows[one.key], place.seat, now=now)
            seat_states.tell(session, seat, now=now)
            freeing.say(session, "owed.shown", seat, missed=rows[one.key].id)
        else:
            told.append(offered(session, own, seat, calls[one.key], now=now))
    session.flush()
    return told


def _places(present: Round) -> list[Place]:
    """Return the seats as the choice sees them; one whose telephone may not be rung is paused."""
    shown = owed.shown(present.session)
    ours = lines.own_numbers(present.session, now=present.now)
    places = []
    for seat in present.held:
        if seat.account_id not in present.duty:
            continue
        if seat.status == SeatStatus.READY and seat.kind == SeatKind.DESK:
            _require_allowed(present, seat, ours)
        places.append(seats.place_of(seat, previewing=seat.account_id in shown))
    return places


def _require_allowed(present: Round, seat: Seat, ours: Sequence[str]) -> None:
    allowed = desk_phone(seat.address, present.own.desk_phones, own=ours)
    if isinstance(allowed, NotAllowed):
        seats.refuse(present.session, seat, NOT_ALLOWED, now=present.now)
        freeing.say(present.session, "seat.paused", seat, why=allowed.reason)


def offered(session: Session, own: Settings, seat: Seat, call: Call, *, now: datetime) -> Told:
    seats.offer(session, seat, call, now=now)
    name = seat_party(seat.account_id)
    parties.invite(
        session,
        call,
        name,
        Part.AGENT,
        account_id=seat.account_id,
        label=seat.username,
        now=now,
    )
    records.note(session, EventType.CALL_OFFERED, call, now, agent=seat.username)
    freeing.say(session, "call.offered", seat, call=call.id.hex[:8])
    offer = Offer(str(call.id), seat.account_id, destination_of(seat), float(own.desk_ring_s))
    return Told(call.worker, offer)


def _be_patient(present: Round) -> list[Told]:
    """Tell whom no seat is offered now where they stand, or take their messages."""
    limits = limits_of(present.own, present.change)
    places, rung = acd.positions(present.waiting, present.now), present.rung
    told: list[Told] = []
    for call, entry in present.entries:
        if str(call.id) in rung:
            continue
        stay = Stay(
            since=entry.entered_at,
            others=sum(1 for _, each in present.entries if each.announced_at and not each.left_at),
            told_at=entry.announced_at,
            callback_offered=bool(entry.callback_offered_at),
        )
        step = next_step(stay, limits, present.now, attended=bool(present.duty))
        told += _told(present, call, entry, step, places[str(call.id)])
    present.session.flush()
    return told


def _told(present: Round, call: Call, entry: QueueEntry, step: Next, position: int) -> list[Told]:
    if step is Next.TAKE_MESSAGE:
        queueing.leave(present.session, call.id, WhyLeft.MESSAGE, now=present.now)
        return [Told(call.worker, TakeMessage(str(call.id)))]
    if step is Next.NOTHING:
        return _keep_waiting(call, entry, now=present.now)
    names = _words(present, call, entry, step, position)
    entry.announced_at = entry.told_at = present.now
    return [Told(call.worker, Announce(str(call.id), names))]


def _words(
    present: Round, call: Call, entry: QueueEntry, step: Next, position: int
) -> tuple[str, ...]:
    """Return what they hear now; the notice and the request to wait are the worker's own."""
    if step is Next.OFFER_CALLBACK:
        entry.callback_offered_at = present.now  # once, whether it can be said or not
        offer = announcing.may_offer_callback() and bool(call.caller_masked)
        return announcing.playable(announcing.CALLBACK_OFFER if offer else "")
    if entry.announced_at is None:
        return announcing.playable(present.change.prompt)
    took = queueing.handling_s(present.session, now=present.now)
    return announcing.standing(position, expected_wait_s(position, took, len(present.duty)))


def _keep_waiting(call: Call, entry: QueueEntry, *, now: datetime) -> list[Told]:
    if entry.told_at and now - entry.told_at < KEEP_WAITING:
        return []
    entry.told_at = now
    return [Told(call.worker, Announce(str(call.id), ()))]


def _say_goodbye(session: Session, *, now: datetime) -> list[Told]:
    """End the lines of who has heard that they are called back."""
    heard = select(Call, QueueEntry).where(
        QueueEntry.call_id == Call.id, col(QueueEntry.hang_up_at) <= now
    )
    told = []
    for call, entry in session.exec(heard).all():
        entry.hang_up_at = None
        if call.ended_at is None:
            told.append(Told(call.worker, HangUp(str(call.id))))
    return told


def _take_back(session: Session, own: Settings, *, now: datetime) -> None:
    """Show an owed call to somebody else when this agent has not dialled, or is no longer free."""
    for account_id, row in owed.shown(session).items():
        if row.shown_at is None:
            _forget_if_over(session, own, row, now=now)
            continue
        seat = session.get(Seat, account_id)
        if seat is None or seat.status != SeatStatus.READY:
            owed.put_back(row, due_at=now)
        elif now - row.shown_at >= timedelta(seconds=own.preview_s):
            owed.put_back(row, due_at=now + timedelta(seconds=own.owed_again_s))
            seat_states.tell(session, seat, now=now)


def _forget_if_over(session: Session, own: Settings, row: MissedCall, *, now: datetime) -> None:
    """Let a call that has ended without a word of how it went keep nobody from the next."""
    made = session.get(Call, row.returned_call_id) if row.returned_call_id else None
    if made is None or made.ended_at:
        owed.put_back(row, due_at=now + timedelta(seconds=own.owed_again_s))


def spare(session: Session, room: Room) -> dict[str, int]:
    """Return how many more telephones each worker can ring."""
    taken = seats.legs(session)
    for call in records.open_calls(session, direction=Direction.OUT):
        taken[call.worker] += legs(call)
    return {worker: most - taken[worker] for worker, most in room.items()}
