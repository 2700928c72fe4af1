"""坐席大厅: what workers report of callers and agents, and what follows for seats and queue."""

import uuid
from datetime import datetime, timedelta

from sqlmodel import Session

from hotline.core.events import EventType
from hotline.core.settings import Settings
from hotline.switch import announcing, fetching, freeing
from hotline.switch.orders import is_dialled
from hotline.switch.telling import Told
from telephony import blocking, greeting, owed, parties, queueing, records, seats, service_modes
from telephony.acd.patience import MissedWhy, why_abandoned
from telephony.commands import (
    AgentGone,
    AgentJoined,
    CallAnswered,
    CallArrived,
    CallerPressed,
    Hello,
    PartyJoined,
    offer_name,
)
from telephony.models import Call, CallStatus, Direction, Seat
from telephony.orders import Announce, Greet, TakeMessage, seat_party
from telephony.outcomes import AgentOutcome
from telephony.queueing import WhyLeft

# A report told again much later is of a caller who has left, or is leaving a message.
FRESH_S = 10.0
# What a ringing telephone may take beside its ring time: the notice is heard to its end.
OVERTIME_S = 40.0
# Our own fault, or no leg: another seat would fare no better.
_OURS = (AgentOutcome.NO_FREE_LEG, AgentOutcome.LOST)
_NO_ROOM = ("busy", "not_recorded", "failed")
KEY_CALLBACK, KEY_TIBETAN = "1", "2"
TIBETAN = "bo"
# After the last word of a goodbye.
PAUSE_S = 1.0


def take(session: Session, own: Settings, report: object, *, now: datetime) -> list[Told]:
    """Let what is reported change the queue; return what its worker is told at once."""
    match report:
        case CallArrived():
            return _arrived(session, own, report, now=now)
        case CallAnswered():
            return _answered(session, report, now=now)
        case CallerPressed():
            return _pressed(session, own, report, now=now)
        case PartyJoined():
            return fetching.joined(session, report, now=now)
        case AgentGone() if not report.talked and report.outcome in _OURS:
            if queueing.leave(session, uuid.UUID(report.call_id), WhyLeft.MESSAGE, now=now):
                call = records.get_call(session, uuid.UUID(report.call_id))
                return [Told(call.worker, TakeMessage(report.call_id))]
    return []


def on_duty(session: Session, *, now: datetime) -> frozenset[int]:
    """Return the seats of who is there and may take calls now; none: messages are taken at once."""
    change = service_modes.change_now(session, now=now)
    if change.message_at_once:
        return frozenset()
    return service_modes.may_take_calls(session, change, seats.present(session), now=now)


def joined(session: Session, report: AgentJoined, *, now: datetime) -> Call:
    """Record that an agent and the caller hear each other; told twice, it counts once."""
    call = records.get_call(session, uuid.UUID(report.call_id))
    first = parties.join(session, call.id, seat_party(report.seat), now=now)
    seat = seats.talk(session, report.seat, call, now=now)
    if seat and (first or call.connected_at is None):
        queueing.leave(session, call.id, WhyLeft.CONNECTED, now=now)
        heard(session, call, seat.username, now=now)
    return call


def heard(session: Session, call: Call, agent: str, *, now: datetime) -> None:
    """Record the first agent who hears the caller: nobody owes them a call any more."""
    if call.connected_at:
        return
    call.connected_at, call.agent = now, call.agent or agent
    owed.close_of_person(session, call.person_id, owed.CALLED_AGAIN, by=agent, now=now)
    records.note(session, EventType.CALL_CONNECTED, call, now, agent=agent)


def gone(session: Session, own: Settings, report: AgentGone, *, now: datetime) -> Call:
    """Free the seat; one that missed too many calls, or has no sound, is paused by itself."""
    call = records.get_call(session, uuid.UUID(report.call_id))
    parties.leave(session, call.id, seat_party(report.seat), report.outcome, now=now)
    if report.outcome == AgentOutcome.TOO_LATE:
        queueing.leave(session, call.id, WhyLeft.MESSAGE, now=now)
    freeing.free_seat(
        session,
        own,
        report.seat,
        call,
        outcome=AgentOutcome(report.outcome),
        talked=report.talked,
        now=now,
    )
    return call


def ended(session: Session, own: Settings, call: Call, *, now: datetime) -> None:
    """Owe a call to who waited in vain; to who left a message none."""
    parties.part_all(session, call, now=now)
    entry = queueing.find(session, call.id)
    if call.end_reason == "message_left":
        owed.close_of_person(session, call.person_id, owed.LEFT_MESSAGE, by="hotline", now=now)
    if entry is None or entry.why_left not in ("", WhyLeft.MESSAGE):
        return
    sent_to_message = entry.why_left == WhyLeft.MESSAGE
    queueing.leave(session, call.id, WhyLeft.GONE, now=now)
    if call.end_reason != "message_left":
        entry.why_left = WhyLeft.GONE  # told twice, it counts once
        waited_s = (now - entry.entered_at).total_seconds()
        why = why_abandoned(waited_s, own.short_abandon_s)
        why = MissedWhy.ABANDONED if sent_to_message else why
        miss_call(session, own, call, why, now=now)


def lost(session: Session, own: Settings, call: Call, *, now: datetime) -> None:
    """Owe a call to whom our own fault cut off, whether they waited, talked or left a message."""
    parties.part_all(session, call, now=now)
    queueing.leave(session, call.id, WhyLeft.LOST, now=now)
    miss_call(session, own, call, MissedWhy.LOST, now=now)


def refused(session: Session, own: Settings, call: Call, *, now: datetime) -> None:
    """Owe a call to whom we had no room for; a scanner's nonsense is no caller."""
    if call.end_reason in _NO_ROOM:
        miss_call(session, own, call, MissedWhy.REFUSED, now=now)


def miss_call(
    session: Session, own: Settings, call: Call, why: MissedWhy, *, now: datetime
) -> None:
    """Owe the caller a call; whoever did not ask for it may ring again by themselves meanwhile.

    A blocked caller is owed none (`telephony.blocking`).
    """
    if blocking.is_blocked(session, call, now):
        return
    delay_s = 0 if why is MissedWhy.ASKED else own.owed_after_s
    owed.owe(
        session,
        call,
        why,
        waiting_since=call.queued_at or call.started_at,
        due_at=now + timedelta(seconds=delay_s),
        now=now,
    )


def tend(session: Session, own: Settings, *, now: datetime) -> None:
    """Grant what agents want, and free every seat whose call is over or never came."""
    seats.settle(session, now=now)
    too_long = timedelta(seconds=own.desk_ring_s + OVERTIME_S)
    for seat in seats.stuck(session, offered_before=now - too_long):
        _free(session, seat, "stuck", now=now)


def free_unknown(session: Session, hello: Hello, *, now: datetime) -> list[Told]:
    """Free the seats that a worker was to ring and knows nothing of: the offer never arrived.

    Likewise whom it was to fetch into a call; returns what ends those whom nobody fetches any more.
    Who rings somebody is no offer: `tend` frees them when it is over.
    """
    for seat in seats.in_calls_of(session, hello.worker):
        if seat.call_id is None or offer_name(str(seat.call_id), seat.account_id) in hello.offers:
            continue
        row = parties.find(session, seat.call_id, seat_party(seat.account_id))
        if (row and row.purpose) or is_dialled(session.get_one(Call, seat.call_id)):
            continue
        _free(session, seat, "unknown", now=now)
    return fetching.compare(session, hello, now=now)


def _arrived(session: Session, own: Settings, report: CallArrived, *, now: datetime) -> list[Told]:
    """Let the caller wait, unless they came long ago, or nobody is there to wait for."""
    if now - datetime.fromisoformat(report.at) >= timedelta(seconds=FRESH_S):
        return []
    call = records.get_call(session, uuid.UUID(report.call_id))
    if call.status not in (CallStatus.RINGING, CallStatus.ANSWERED):
        return []
    if blocking.is_blocked(session, call, now) or not on_duty(session, now=now):
        language = queueing.language_of(session, call, report.caller, own.language_areas)
        return [*_greet(own, call, language), _take_message(session, call, now=now)]
    queueing.enter(session, call, number=report.caller, own=own, now=now)
    return _greet(own, call, call.language)


def _greet(own: Settings, call: Call, language: str) -> list[Told]:
    """Return what keeps the greeting to the caller's own language, where that is known."""
    if not (language and greeting.is_bilingual(own.prompts_dir)):
        return []
    return [Told(call.worker, Greet(str(call.id), language))]


def _answered(session: Session, report: CallAnswered, *, now: datetime) -> list[Told]:
    """Say again that nobody comes: before its line was open the worker could not act on it."""
    call = records.get_call(session, uuid.UUID(report.call_id))
    entry = queueing.find(session, call.id)
    is_over = entry is not None and entry.why_left != WhyLeft.MESSAGE
    if call.direction == Direction.OUT or call.ended_at or call.connected_at or is_over:
        return []
    return [_take_message(session, call, now=now)]


def _take_message(session: Session, call: Call, *, now: datetime) -> Told:
    """Return the order, in the words for a blocked caller, or those of the mode in force."""
    change = service_modes.change_now(session, now=now)
    words = change.prompt if change.message_at_once else ""
    if blocking.is_blocked(session, call, now):
        words = blocking.PROMPT
    return Told(call.worker, TakeMessage(str(call.id), *announcing.playable(words)))


def _pressed(
    session: Session, own: Settings, report: CallerPressed, *, now: datetime
) -> list[Told]:
    """1: be called back, once that was offered; 2: Tibetan. Any other key means nothing."""
    call = records.get_call(session, uuid.UUID(report.call_id))
    entry = queueing.open_entry(session, call.id)
    if entry is None:
        return []
    if report.key == KEY_TIBETAN:
        call.language = TIBETAN
    if report.key != KEY_CALLBACK or entry.callback_offered_at is None:
        return []
    miss_call(session, own, call, MissedWhy.ASKED, now=now)
    queueing.leave(session, call.id, WhyLeft.CALLBACK, now=now)
    said_s = announcing.seconds_of(announcing.CALLBACK_PROMISED)
    entry.hang_up_at = now + timedelta(seconds=said_s + PAUSE_S)
    return [Told(call.worker, Announce(str(call.id), (announcing.CALLBACK_PROMISED,)))]


def _free(session: Session, seat: Seat, why: str, *, now: datetime) -> None:
    if seat.call_id is None:
        return
    call_id = seat.call_id
    parties.leave(session, call_id, seat_party(seat.account_id), why, now=now)
    if seats.leave(session, seat.account_id, call_id, now=now):
        freeing.say(session, "seat.freed", seat, why=why)
