"""What a media worker and the switch say to each other: one JSON object a line.

A worker numbers what it reports and repeats it until the switch acknowledges it, so that either
side may die and come back without a call losing its record.
"""

import json
import uuid
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, get_args

from telephony.orders import Order


@dataclass(frozen=True)
class Hello:
    """A worker introduces itself, on every connection."""

    worker: str
    pid: int
    sip_port: int
    legs: int
    outbound: int = 0  # how many calls it may place at a time
    dials: tuple[str, ...] = ()  # calls it was told to place and has not fully reported
    offers: tuple[str, ...] = ()  # the same of seats it was told to ring (`offer_name`)
    invites: tuple[str, ...] = ()  # and of whom it was told to fetch (`invite_name`)


@dataclass(frozen=True)
class CallArrived:
    call_id: str
    worker: str
    caller: str  # user part of the From address, as dialled
    called: str
    sip_call_id: str
    recording: str  # path below the recordings folder
    at: str  # RFC 3339
    contact: str = ""  # where the caller's telephone listens, if that is where the call came from


@dataclass(frozen=True)
class CallDialled:
    """An outgoing call has begun to ring, or to look for its callee."""

    call_id: str
    sip_call_id: str
    at: str


@dataclass(frozen=True)
class CallAnswered:
    call_id: str
    at: str


@dataclass(frozen=True)
class CallEnded:
    call_id: str
    reason: str
    seconds: float
    keys: int
    at: str


@dataclass(frozen=True)
class CallRefused:
    """No room: the caller was sent to another worker (302) or told busy (486)."""

    call_id: str
    worker: str
    caller: str
    called: str
    sip_call_id: str
    reason: str
    at: str


@dataclass(frozen=True)
class SurveyDone:
    """How a callback's call went; None: nothing was said of that."""

    errand: str
    call_id: str
    outcome: str
    contacted: bool | None
    solved: bool | None
    rating: int | None
    at: str


@dataclass(frozen=True)
class AgentJoined:
    """The seat's telephone was answered, and agent and caller hear each other."""

    call_id: str
    seat: int
    at: str


@dataclass(frozen=True)
class AgentGone:
    """The seat's telephone is free again; `talked`: its agent and the caller heard each other."""

    call_id: str
    seat: int
    outcome: str
    talked: bool
    at: str


@dataclass(frozen=True)
class CallRated:
    """The caller pressed a key for the call itself."""

    call_id: str
    rating: int
    at: str


@dataclass(frozen=True)
class CallerPressed:
    """The caller pressed a key while waiting."""

    call_id: str
    key: str
    at: str


@dataclass(frozen=True)
class PartyJoined:
    """Somebody whom an Invite rang is in the call."""

    call_id: str
    party: str
    at: str


@dataclass(frozen=True)
class PartyGone:
    """They are no longer, or never were; `outcome`: as of an agent's telephone."""

    call_id: str
    party: str
    outcome: str
    talked: bool
    at: str


@dataclass(frozen=True)
class Heartbeat:
    worker: str
    active: int
    handled: int


@dataclass(frozen=True)
class RelayDone:
    """How a relayed call went; `seconds`: how long the two heard each other."""

    errand: str
    call_id: str
    outcome: str
    seconds: float
    at: str


Report = (
    Hello
    | CallArrived
    | CallDialled
    | CallAnswered
    | CallEnded
    | CallRefused
    | SurveyDone
    | RelayDone
    | AgentJoined
    | AgentGone
    | CallRated
    | CallerPressed
    | PartyJoined
    | PartyGone
    | Heartbeat
)
Message = Report | Order
_KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(Message)}


def recording_path(call_id: uuid.UUID, began: datetime) -> str:
    """Return where a call's recording lies below the recordings folder: by day, then by call."""
    return f"{began:%Y/%m/%d}/{call_id}.tape"


def offer_name(call_id: str, seat: int) -> str:
    """Return how a worker names what it was offered; a seat has one call at a time."""
    return f"{call_id}/{seat}"


def invite_name(call_id: str, party: str) -> str:
    """Return how a worker names whom it was told to fetch into a call."""
    return f"{call_id}/{party}"


def encode(message: Message, seq: int = 0) -> bytes:
    """Return the message as one line of ASCII; `seq` 0 needs no acknowledgement.

    ASCII, because half a character in a SIP header must not make the whole report unsendable.
    """
    body = {"type": type(message).__name__, "seq": seq, **asdict(message)}
    return json.dumps(body, ensure_ascii=True).encode() + b"\n"


def decode(line: bytes) -> tuple[Message, int]:
    """Return the message and its number; raise ValueError for anything else."""
    body = json.loads(line)
    kind = _KINDS.get(body.pop("type", ""))
    if kind is None:
        raise ValueError(f"Not a message of ours: {line[:80]!r}")
    seq = int(body.pop("seq"))
    names = {field.name for field in fields(kind)}
    known = {name: value for name, value in body.items() if name in names}
    message: Message = kind(**{name: _as_sent(value) for name, value in known.items()})
    return message, seq


def _as_sent(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
