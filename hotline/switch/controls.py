"""通话控制: what agents and team leads ask for is judged, told to the worker, or refused.

A refusal says what the person can do; an order that nobody took in time is not carried out later.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from hotline.core.accounts import Account, as_actor
from hotline.core.errors import Conflict, HotlineError, NotAllowed
from hotline.core.security import Permission, require
from hotline.core.settings import Settings
from hotline.switch import control_fetches, control_verbs, serving
from hotline.switch.asked import Asked
from hotline.switch.telling import Told
from telephony import ordering, seats
from telephony.models import Call, Seat
from telephony.models_calls import CallOrder
from telephony.ordering import Verb

# Who pressed a key so long ago has done something else since.
TOO_LATE = timedelta(seconds=10)
_NEEDS = {
    Verb.LISTEN: Permission.CALL_SUPERVISE,
    Verb.STOP_LISTENING: Permission.CALL_SUPERVISE,
    Verb.DIAL: Permission.QUEUE_WORK,
}
_CARRY_OUT: Mapping[Verb, Callable[[Asked], list[Told]]] = {
    Verb.ANSWER: control_verbs.answer,
    Verb.HOLD: control_verbs.hold,
    Verb.UNHOLD: control_verbs.unhold,
    Verb.MUTE: control_verbs.mute,
    Verb.UNMUTE: control_verbs.unmute,
    Verb.CONSULT: control_fetches.consult,
    Verb.MEET: control_fetches.meet,
    Verb.TRANSFER: control_fetches.transfer,
    Verb.DROP: control_fetches.drop,
    Verb.EMERGENCY: control_fetches.emergency,
    Verb.LISTEN: control_fetches.listen,
    Verb.STOP_LISTENING: control_fetches.stop_listening,
    Verb.PRESS: control_verbs.press,
    Verb.HANG_UP: control_verbs.hang_up,
    Verb.DIAL: control_verbs.dial,
    Verb.HAND_OVER_LANGUAGE: control_verbs.hand_over_language,
    Verb.TAKE_OVER: control_verbs.take_over,
}

log = structlog.get_logger()


def take(session: Session, own: Settings, room: serving.Room, *, now: datetime) -> list[Told]:
    """Settle every order that waits; return what the workers are told."""
    told: list[Told] = []
    asked_for = ordering.waiting(session)
    if asked_for:
        seats.for_choice(session)  # locked in one order with everybody else's
    for row in asked_for:
        try:
            with session.begin_nested():
                told += _carry_out(session, own, room, row, now=now)
        except HotlineError as error:
            ordering.settle(row, refused=f"{error.detail} {error.remedy}".strip(), now=now)
        except (KeyError, ValueError, TypeError):
            log.exception("order.not_understood", verb=row.verb, remedy="report this as a bug")
            ordering.settle(row, refused="This was not understood.", now=now)
        else:
            ordering.settle(row, now=now)
    session.flush()
    return told


def _carry_out(
    session: Session, own: Settings, room: serving.Room, row: CallOrder, *, now: datetime
) -> list[Told]:
    if now - row.ordered_at > TOO_LATE:
        raise Conflict("The switch was away for a moment.", remedy="Ask once more.")
    verb = Verb(row.verb)
    account = session.get_one(Account, row.account_id)
    if account.disabled_at:
        raise NotAllowed("This account is closed.")
    require(as_actor(account), _NEEDS.get(verb, Permission.CALL_CONTROL))
    call = session.get(Call, row.call_id) if row.call_id else None
    if call is not None and call.ended_at is not None:
        raise Conflict("The call is over.", remedy="Nothing is left to do.")
    seat = _seat(session, account, now=now)
    spare = serving.spare(session, room)
    return _CARRY_OUT[verb](Asked(session, own, row, account, seat, call, spare, now))


def _seat(session: Session, account: Account, *, now: datetime) -> Seat:
    return seats.locked(session, account.id or 0) or seats.seat_of(session, account, now=now)
