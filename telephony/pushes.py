"""电话事件推送: what another system's console is told of calls, in the words of such consoles.

A push names the call by its id, and who is in it by their account or unit; of the caller's number
there is never more here than its masked form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotline.core.event_types import EventType
from telephony.models import Call, Direction
from telephony.wiring import Part

NEW_CALL = "newCall"
NAMES: Mapping[str, str] = {
    EventType.CALL_RINGING: NEW_CALL,
    EventType.CALL_ANSWERED: "open",  # the line; of a call out, the callee's answer
    EventType.CALL_QUEUED: "queue",
    EventType.CALL_OFFERED: "ring",  # at an agent's place
    EventType.CALL_CONNECTED: "answer",  # an agent and the caller hear each other
    EventType.CALL_HELD: "hold",
    EventType.CALL_RESUMED: "retrieve",
    EventType.CALL_PARTY_INVITED: "invite",
    EventType.CALL_PARTY_JOINED: "join",
    EventType.CALL_PARTY_LEFT: "leave",
    EventType.CALL_TRANSFERRED: "transfer",
    EventType.CALL_EMERGENCY: "emergency",
    EventType.CALL_ENDED: "hangup",
    EventType.CALL_MISSED: "missed",
    EventType.CALL_RETURNED: "returned",
    EventType.CALL_NO_LONGER_OWED: "settled",
    EventType.CALL_RATED: "rate",
    EventType.CALL_WRAPPED_UP: "wrapUp",
}
# 监听 is nobody's business but the supervisor's; words and proposals are read over the API.
_HIDDEN = Part.SUPERVISOR
_TOLD = (
    *("direction", "agent", "party", "part", "outcome", "purpose", "service", "language"),
    *("reason", "why", "seconds", "code", "satisfaction", "by_call"),
)
_SWITCH = "switch"


@dataclass(frozen=True)
class Push:
    """One event of a call as it leaves: its name, and numbers and codes."""

    name: str
    data: Mapping[str, Any]


def push_of(type: str, actor: str, refs: Mapping[str, Any], call: Call | None) -> Push | None:
    """Return what is told of an event; None where nothing is. `call`: read for `newCall` only."""
    name = NAMES.get(type)
    if name is None or refs.get("part") == _HIDDEN or "call" not in refs:
        return None
    data = {"call": str(refs["call"])}
    data |= {each: refs[each] for each in _TOLD if refs.get(each) not in (None, "")}
    if refs.get("label"):
        data["who"] = refs["label"]
    if actor != _SWITCH:
        data.setdefault("agent", actor)
    if name == NEW_CALL and call is not None:
        data |= _sides(call)
    return Push(name, data)


def _sides(call: Call) -> dict[str, str]:
    """Return who rings whom: of a call out, the person is the one who is called."""
    out = call.direction == Direction.OUT
    return {"called" if out else "caller": call.caller_masked} | (
        {} if out else {"called": call.called}
    )
