"""What a media worker and the switch say to each other: one JSON object a line.

A worker numbers what it reports and repeats it until the switch acknowledges it, so that either
side may die and come back without a call losing its record.
"""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Hello:
    """A worker introduces itself, on every connection."""

    worker: str
    pid: int
    sip_port: int
    legs: int


@dataclass(frozen=True)
class CallArrived:
    call_id: str
    worker: str
    caller: str  # user part of the From address, as dialled
    called: str
    sip_call_id: str
    recording: str  # path below the recordings folder
    at: str  # RFC 3339


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
class Heartbeat:
    worker: str
    active: int
    handled: int


@dataclass(frozen=True)
class Ack:
    """The switch has every report up to this number in the database."""

    upto: int


@dataclass(frozen=True)
class Overflow:
    """Where a full worker sends the next caller; empty when there is nowhere."""

    contact: str


@dataclass(frozen=True)
class Drain:
    """Take no new calls; leave when the last one ends."""


@dataclass(frozen=True)
class Stop:
    """End every call and leave."""


Message = (
    Hello
    | CallArrived
    | CallAnswered
    | CallEnded
    | CallRefused
    | Heartbeat
    | Ack
    | Overflow
    | Drain
    | Stop
)
_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        Hello,
        CallArrived,
        CallAnswered,
        CallEnded,
        CallRefused,
        Heartbeat,
        Ack,
        Overflow,
        Drain,
        Stop,
    )
}


def encode(message: Message, seq: int = 0) -> bytes:
    """Return the message as one line; `seq` 0 needs no acknowledgement."""
    body = {"type": type(message).__name__, "seq": seq, **asdict(message)}
    return json.dumps(body, ensure_ascii=False).encode() + b"\n"


def decode(line: bytes) -> tuple[Message, int]:
    """Return the message and its number; raise ValueError for anything else."""
    body = json.loads(line)
    kind = _KINDS.get(body.pop("type", ""))
    if kind is None:
        raise ValueError(f"Not a message of ours: {line[:80]!r}")
    seq = int(body.pop("seq"))
    names = {field.name for field in fields(kind)}
    message: Message = kind(**{name: value for name, value in body.items() if name in names})
    return message, seq
