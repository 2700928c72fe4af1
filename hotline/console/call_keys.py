"""What each key of the call bar asks for, of the seat or of its call."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field
from sqlmodel import Session

from hotline.console.faults import Misfilled
from hotline.console.words import say
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict
from hotline.core.settings import settings
from telephony import asking, caring, fetchable, lines, ordering, seat_states, seats
from telephony.destinations import NotAllowed, desk_phone
from telephony.models import Call, Seat, SeatKind
from telephony.models_callers import Care
from telephony.ordering import Verb

EMERGENCY = ("110", "119", "120", "122")
LANGUAGES = ("zh", "bo")


class Given(BaseModel):
    """What the fields of a form hold; each key reads its own."""

    reason: str = Field("", max_length=64)
    kind: SeatKind = SeatKind.BROWSER
    address: str = Field("", max_length=300)
    seat: str = Field("", max_length=64)
    number: str = Field("", max_length=64)
    service: str = Field("", max_length=8)
    keys: str = Field("", max_length=32, pattern=r"^[0-9*#]*$")
    party: str = Field("", max_length=64)
    language: str = Field("", max_length=16)
    care: Care | None = None  # None: no longer
    code: str = Field("", max_length=64)


class Wish(StrEnum):
    LOG_IN = "log-in"
    LOG_OFF = "log-off"
    PAUSE = "pause"
    UNPAUSE = "unpause"
    PLACE = "place"


class Key(StrEnum):
    ANSWER = "answer"
    HOLD = "hold"
    UNHOLD = "unhold"
    MUTE = "mute"
    UNMUTE = "unmute"
    MEET = "meet"
    HANG_UP = "hang-up"
    STOP_LISTENING = "stop-listening"
    LEAVE = "leave"  # 咨询转
    CONSULT = "consult"
    TRANSFER = "transfer"
    EMERGENCY = "emergency"
    PRESS = "press"
    DROP = "drop"
    LANGUAGE = "language"
    CARE = "care"
    WRAP_UP = "wrap-up"


_PLAIN = {
    Key.ANSWER: Verb.ANSWER,
    Key.HOLD: Verb.HOLD,
    Key.UNHOLD: Verb.UNHOLD,
    Key.MUTE: Verb.MUTE,
    Key.UNMUTE: Verb.UNMUTE,
    Key.MEET: Verb.MEET,
    Key.HANG_UP: Verb.HANG_UP,
    Key.STOP_LISTENING: Verb.STOP_LISTENING,
}


def wish(session: Session, seat: Seat, wish: Wish, given: Given, *, now: datetime) -> None:
    """Let the seat be what its agent wants; raise Conflict or Misfilled."""
    match wish:
        case Wish.LOG_IN:
            seats.log_in(session, seat)
        case Wish.LOG_OFF:
            seats.log_off(seat)
        case Wish.PAUSE:
            seats.pause(seat, given.reason or "rest")
        case Wish.UNPAUSE:
            seats.unpause(seat)
        case Wish.PLACE:
            _place(session, seat, given, now)


def press(
    session: Session, seat: Seat, call: Call, key: Key, given: Given, *, now: datetime
) -> None:
    """Ask what the key stands for; raise Conflict, NotAllowed, Invalid or Misfilled."""
    if verb := _PLAIN.get(key):
        asking.ask(session, verb, seat, call, now=now)
    else:
        _WITH_MORE[key](session, seat, call, given, now)


def _place(session: Session, seat: Seat, given: Given, now: datetime) -> None:
    if given.kind is SeatKind.DESK:
        own = lines.own_numbers(session, now=now)
        allowed = desk_phone(given.address.strip(), settings().desk_phones, own=own)
        if isinstance(allowed, NotAllowed):
            raise Misfilled(say("call.not_a_telephone"))
        seats.set_address(session, seat, allowed)
    seats.set_kind(seat, given.kind)


def _leave(session: Session, seat: Seat, call: Call, _given: Given, now: datetime) -> None:
    asking.leave_to_company(session, seat, call, now=now)


def _fetch(verb: Verb) -> "Ask":
    def ask(session: Session, seat: Seat, call: Call, given: Given, now: datetime) -> None:
        if not (given.seat or given.number.strip()):
            raise Misfilled(say("call.nobody_chosen"))
        asking.require_own(session, seat, call)
        found = fetchable.fetched(
            session, settings(), seat, seat=given.seat, number=given.number.strip(), now=now
        )
        asking.ask(
            session, verb, seat, call, destination=found.destination, now=now, **found.details
        )

    return ask


def _emergency(session: Session, seat: Seat, call: Call, given: Given, now: datetime) -> None:
    if given.service not in EMERGENCY:
        raise Misfilled(say("call.nobody_chosen"))
    asking.ask(session, Verb.EMERGENCY, seat, call, now=now, service=given.service)


def _keys(session: Session, seat: Seat, call: Call, given: Given, now: datetime) -> None:
    if not given.keys:
        raise Misfilled(say("call.no_keys"))
    party = asking.key_party(session, call, given.party)
    asking.ask(session, Verb.PRESS, seat, call, now=now, keys=given.keys, party=party)


def _drop(session: Session, seat: Seat, call: Call, given: Given, now: datetime) -> None:
    party = asking.fetched_party(session, call, given.party)
    asking.ask(session, Verb.DROP, seat, call, now=now, party=party)


def _language(session: Session, seat: Seat, call: Call, given: Given, now: datetime) -> None:
    if given.language not in LANGUAGES:
        raise Misfilled(say("call.nobody_chosen"))
    asking.ask(session, Verb.HAND_OVER_LANGUAGE, seat, call, now=now, language=given.language)


def _care(session: Session, seat: Seat, call: Call, given: Given, now: datetime) -> None:
    """照顾标记: from their next call on they wait less long; it is no order to the switch."""
    asking.require_own(session, seat, call)
    caring.mark(session, call, given.care, actor=Actor(seat.username), now=now)


def _wrap_up(session: Session, seat: Seat, call: Call, given: Given, now: datetime) -> None:
    row = seat_states.wrap_up_of(session, seat)
    if row is None or row.call_id != call.id:
        raise Conflict("The last call of this seat was another one.")
    seat_states.wrap_up(session, seat, given.code, done=True, now=now)
    ordering.wake(session)


Ask = Callable[[Session, Seat, Call, Given, datetime], Any]
_WITH_MORE: Mapping[Key, Ask] = {
    Key.LEAVE: _leave,
    Key.CONSULT: _fetch(Verb.CONSULT),
    Key.TRANSFER: _fetch(Verb.TRANSFER),
    Key.EMERGENCY: _emergency,
    Key.PRESS: _keys,
    Key.DROP: _drop,
    Key.LANGUAGE: _language,
    Key.CARE: _care,
    Key.WRAP_UP: _wrap_up,
}
