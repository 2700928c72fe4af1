"""What may be asked of one's own call beside fetching others; every verb raises HotlineError."""

import re

from hotline.core.accounts import as_actor
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import EventType
from hotline.core.security import Permission, may
from hotline.switch import dialling, serving
from hotline.switch.asked import (
    Asked,
    note,
    own_call,
    require_free,
    require_line_is_not_kept,
    some_call,
)
from hotline.switch.telling import Told
from telephony import parties, queueing, seats
from telephony.acd import SeatStatus
from telephony.models import Direction, SeatKind
from telephony.orders import Answer, HangUp, Hold, Leave, Mute, Press
from telephony.wiring import Part

_KEYS = re.compile(r"[0-9*#]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{2,8})?")
CALLER = "caller"  # as `telephony.company` names them


def answer(asked: Asked) -> list[Told]:
    """Take the call that one's browser rings for."""
    call = some_call(asked)
    if asked.seat.call_id != call.id or asked.seat.status != SeatStatus.OFFERED:
        raise Conflict("This call is not offered to you any more.", remedy="Wait for the next.")
    if asked.seat.kind != SeatKind.BROWSER:
        raise Conflict("Your telephone rings.", remedy="Answer there.")
    return asked.told(Answer(str(call.id), asked.seat.account_id))


def hold(asked: Asked) -> list[Told]:
    """保持."""
    call = own_call(asked)
    note(asked, EventType.CALL_HELD)
    return asked.told(Hold(str(call.id), True))


def unhold(asked: Asked) -> list[Told]:
    """取消保持."""
    call = own_call(asked)
    note(asked, EventType.CALL_RESUMED)
    return asked.told(Hold(str(call.id), False))


def mute(asked: Asked) -> list[Told]:
    """静音: one's own side."""
    return asked.told(Mute(str(own_call(asked).id), asked.party, True))


def unmute(asked: Asked) -> list[Told]:
    return asked.told(Mute(str(own_call(asked).id), asked.party, False))


def press(asked: Asked) -> list[Told]:
    """Press keys for somebody outside: their switchboard asks for an extension."""
    call, keys, party = own_call(asked), asked.text("keys"), asked.text("party") or CALLER
    if not _KEYS.fullmatch(keys):
        raise Invalid("Keys are 0 to 9, * and #.", remedy="Press up to 32 of them.")
    found = parties.find(asked.session, call.id, party)
    if party != CALLER and (found is None or found.left_at or not found.joined_at):
        raise NotFound("They are not in this call.", remedy="Look who is.")
    return asked.told(Press(str(call.id), party, keys))


def hang_up(asked: Asked) -> list[Told]:
    """An agent leaves, and the caller is asked how it was; a supervisor ends it for everybody.

    A call that the agent placed is over when they leave, whoever rings still.
    """
    made = asked.call
    if made and made.direction == Direction.OUT and asked.seat.call_id == made.id:
        return [Told(made.worker, Leave(str(made.id), asked.party))]
    call = some_call(asked)
    if asked.seat.call_id == call.id and asked.seat.status == SeatStatus.TALKING:
        mine = parties.find(asked.session, call.id, asked.party)
        if mine and mine.part == Part.SUPERVISOR:
            return asked.told(Leave(str(call.id), asked.party))
        own_call(asked)
        require_line_is_not_kept(asked, call)
        return asked.told(Leave(str(call.id), asked.party))
    if not may(as_actor(asked.account), Permission.CALL_SUPERVISE):
        raise Conflict("You are not in this call.", remedy="Only who talks in it can do this.")
    require_line_is_not_kept(asked, call)
    return asked.told(HangUp(str(call.id)))


def dial(asked: Asked) -> list[Told]:
    """回拨."""
    return [
        dialling.dial(
            asked.session, asked.own, asked.seat, asked.row.details, asked.spare, now=asked.now
        )
    ]


def hand_over_language(asked: Asked) -> list[Told]:
    """Back into the queue, at the front, for one who speaks the other language."""
    call, language = own_call(asked), asked.text("language")
    if not _LANGUAGE.fullmatch(language):
        raise Invalid("A language is a code.", remedy="Like zh, bo or bo-kham.")
    require_line_is_not_kept(asked, call)
    queueing.hand_on(asked.session, call, language, now=asked.now)
    return asked.told(Leave(str(call.id), asked.party, waits=True))


def take_over(asked: Asked) -> list[Told]:
    """Take a caller who waits, out of turn."""
    call = some_call(asked)
    taken = seats.holding(asked.session, call)
    if queueing.open_entry(asked.session, call.id) is None or taken:
        raise Conflict("This caller does not wait any more.", remedy="Choose another one.")
    require_free(asked)
    return [serving.offered(asked.session, asked.own, asked.seat, call, now=asked.now)]
