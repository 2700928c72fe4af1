"""The way out for short messages: a file by default, an HTTP gateway by setting."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from hotline.core.errors import Unavailable
from hotline.core.masking import mask_digits

TIMEOUT_S = 5.0
FILE = "notices.jsonl"


class GatewayAway(Unavailable):
    """The gateway did not take the message; it is offered again."""


@dataclass(frozen=True)
class Message:
    """One short message. `id` is the same at every try, so that a gateway can tell a repeat."""

    id: str
    to: str  # E.164
    text: str
    ticket: str
    template: str


def send(message: Message, *, url: str, folder: Path) -> None:
    """Hand the message over; raise GatewayAway when it was not taken (docs/notices.md)."""
    if url:
        _post(message, url)
    else:
        _append(message, folder)


def _post(message: Message, url: str) -> None:
    try:
        answer = httpx.post(
            url,
            json=asdict(message),
            headers={"Idempotency-Key": message.id},
            timeout=TIMEOUT_S,
        )
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # The exception's text may hold the address only, never the message.
        raise GatewayAway(f"The notice gateway did not take {message.id}: {error}.") from error


def _append(message: Message, folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(
            os.open(folder / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab"
        ) as out:
            shown = {**asdict(message), "to": mask_digits(message.to)}
            out.write(json.dumps(shown, ensure_ascii=False).encode() + b"\n")
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise GatewayAway(f"The outbox {folder} can't be written: {error.strerror}.") from error
