"""The ways out for notices to the staff: SMS and e-mail, each a file until a site names a gateway.

The app's own needs no way out: the notice's row is what it shows (`staff_inbox`).
"""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

import httpx

from dispatch.notices.notice_gateway import TIMEOUT_S, GatewayAway

BATCH = 200


class Channel(StrEnum):
    SMS = "sms"  # 短信
    EMAIL = "email"  # 电子邮件


@dataclass(frozen=True, slots=True)
class StaffMessage:
    """One notice on its way out. `id` is the same at every try; `to` is a recipient's code."""

    id: str
    to: str
    card: str
    says: str
    ticket: str
    order: str
    clock: str
    due: str  # Beijing time
    about: str = ""  # what it tells of, by its kind and number: `hot:17`


# Takes all of the messages, or raises GatewayAway and is given all of them again.
Gateway = Callable[[Sequence[StaffMessage]], None]


@dataclass(frozen=True, slots=True)
class Way:
    """A gateway, and how many messages it is given at a time."""

    take: Gateway
    batch: int


def way(channel: Channel, *, url: str, folder: Path) -> Way:
    """Return the HTTP gateway at this address, or without one the channel's file (one a folder)."""
    if url:
        return Way(partial(_post, url), 1)  # one that is refused must not hold up the others
    return Way(partial(_append, folder / file_name(channel)), BATCH)


def file_name(channel: Channel) -> str:
    """Return what the channel's file is called."""
    return f"staff_{channel}.jsonl"


def _post(url: str, messages: Sequence[StaffMessage]) -> None:
    for message in messages:
        try:
            key = {"Idempotency-Key": message.id}
            answer = httpx.post(url, json=asdict(message), headers=key, timeout=TIMEOUT_S)
            answer.raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise GatewayAway(f"The gateway did not take {message.id}: {error}.") from error


def _append(file: Path, messages: Sequence[StaffMessage]) -> None:
    """Append the messages, one a line, and have them on the disk."""
    lines = [json.dumps(asdict(message), ensure_ascii=False) + "\n" for message in messages]
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        with os.fdopen(os.open(file, flags, 0o600), "ab") as out:
            out.write("".join(lines).encode())
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise GatewayAway(f"{file} can't be written: {error.strerror}.") from error
