"""提示音: what the machine says, a site's own recordings in place of the shipped ones, and how one
goes live.

A recording waits in a folder of its own until somebody has heard it. Media workers look at the
site's folder every two seconds, so what goes live there is said in the next call.
"""

import hashlib
import os
import tomllib
import wave
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

from sqlmodel import Session

import telephony.prompts
from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.chains import hold
from hotline.core.errors import Conflict, NotFound
from hotline.core.events import EventType
from telephony import prompt_checks
from telephony.greeting import NOTICE_BO, OF_A_SITE
from telephony.prompt_checks import Checked

SHIPPED = Path(telephony.prompts.__file__).parent
WAITING = "waiting"  # below the site's own folder


class Version(StrEnum):
    """Which recording of a prompt: what callers hear, the shipped one, the one that waits."""

    LIVE = "live"
    SHIPPED = "shipped"
    WAITING = "waiting"


@dataclass(frozen=True)
class Prompt:
    """One thing the machine says; `seconds` of what is live, None where nothing is."""

    name: str
    text: str  # empty for a tone, and for what a site alone can have
    shipped: bool
    own: bool
    waiting: str  # the mark of the recording that waits; empty where none does
    seconds: float | None
    tibetan: bool


def listed(own: Path) -> list[Prompt]:
    """Return every prompt, in the order of the texts, the Tibetan ones beside the Chinese."""
    texts = _texts()
    names = [name for name in texts if name not in OF_A_SITE]
    for name in OF_A_SITE:  # after the one that it belongs to
        names.insert(names.index(name.removesuffix("_bo")) + 1, name)
    return [_prompt(name, texts.get(name, ""), own) for name in names]


def sound_of(own: Path, name: str, version: Version) -> bytes:
    """Return the recording as it lies there; raise NotFound where there is none."""
    _require_known(name)
    path = _path(own, name, version)
    if not path.is_file():
        raise NotFound(f"There is no {version} recording of {name}.")
    return path.read_bytes()


def offer(
    session: Session, own: Path, name: str, data: bytes, *, actor: Actor, now: datetime
) -> Checked:
    """上传: keep a recording to be listened to; raise NotFound, or Unfit for a bad one."""
    _require_known(name)
    checked = prompt_checks.check(data, longest_s=longest_s(name))
    clean = prompt_checks.wav_of(checked.samples)  # what else was in the file stays out
    _tell(session, name, "offered", actor, now, clean)
    waiting = _path(own, name, Version.WAITING)
    waiting.parent.mkdir(parents=True, exist_ok=True)
    partial = waiting.with_suffix(".part")
    partial.write_bytes(clean)
    partial.rename(waiting)
    return checked


def longest_s(name: str) -> float:
    """Return how long the prompt's recording may be."""
    return prompt_checks.LONGEST_NOTICE_BO_S if name == NOTICE_BO else prompt_checks.LONGEST_S


def put_live(
    session: Session, own: Path, name: str, *, heard: str = "", actor: Actor, now: datetime
) -> None:
    """启用: callers hear the recording that waits; raise Conflict where none does.

    `heard` is the mark of the one that somebody listened to: raise Conflict when another waits now.
    """
    _require_known(name)
    hold(session, [_chain(name)])  # before it is looked at: somebody may be sending another
    waiting = _path(own, name, Version.WAITING)
    if not waiting.is_file():
        raise Conflict(f"No recording of {name} waits.", remedy="Send one first.")
    if heard and heard != _mark(waiting):
        raise Conflict(f"Another recording of {name} waits by now.", remedy="Listen to it.")
    _tell(session, name, "live", actor, now, waiting.read_bytes())
    os.replace(waiting, _own(own, name))


def discard(session: Session, own: Path, name: str, *, actor: Actor, now: datetime) -> None:
    """放弃: the recording that waits is not wanted; raise Conflict where none does."""
    _require_known(name)
    waiting = _path(own, name, Version.WAITING)
    if not waiting.is_file():
        raise Conflict(f"No recording of {name} waits.")
    _tell(session, name, "discarded", actor, now, waiting.read_bytes())
    waiting.unlink()


def take_back(session: Session, own: Path, name: str, *, actor: Actor, now: datetime) -> None:
    """恢复: callers hear the shipped one; the site's own waits, unless another does already."""
    _require_known(name)
    live = _own(own, name)
    if not live.is_file():
        raise Conflict(f"{name} is the shipped one already.")
    _tell(session, name, "shipped", actor, now, live.read_bytes())
    waiting = _path(own, name, Version.WAITING)
    if waiting.is_file():
        live.unlink()
        return
    waiting.parent.mkdir(parents=True, exist_ok=True)
    os.replace(live, waiting)


def _prompt(name: str, text: str, own: Path) -> Prompt:
    live = _path(own, name, Version.LIVE)
    return Prompt(
        name=name,
        text=text,
        shipped=(SHIPPED / f"{name}.wav").is_file(),
        own=_own(own, name).is_file(),
        waiting=_mark(_path(own, name, Version.WAITING)),
        seconds=_seconds(live),
        tibetan=name in OF_A_SITE,
    )


def _path(own: Path, name: str, version: Version) -> Path:
    mine, shipped = _own(own, name), SHIPPED / f"{name}.wav"
    match version:
        case Version.WAITING:
            return own / WAITING / f"{name}.wav"
        case Version.SHIPPED:
            return shipped
        case Version.LIVE:
            return mine if mine.is_file() else shipped


def _own(own: Path, name: str) -> Path:
    return own / f"{name}.wav"


def _mark(path: Path) -> str:
    """Return what tells one recording from another, empty for none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:32]
    except FileNotFoundError:
        return ""


def _chain(name: str) -> str:
    return f"prompt:{name}"


def _seconds(path: Path) -> float | None:
    try:
        with wave.open(str(path), "rb") as sound:
            return sound.getnframes() / sound.getframerate()
    except (OSError, wave.Error, EOFError):
        return None  # none, or one that somebody put there by hand and no worker could say


def _require_known(name: str) -> None:
    if name not in _texts() and name not in OF_A_SITE:
        raise NotFound(f"The machine says nothing called {name!r}.")


@cache
def _texts() -> dict[str, str]:
    told = tomllib.loads((SHIPPED / "texts.toml").read_text(encoding="utf-8"))
    return {**told["texts"], **dict.fromkeys(told["tones"], "")}


def _tell(session: Session, name: str, what: str, actor: Actor, now: datetime, data: bytes) -> None:
    digest = hashlib.sha256(data).hexdigest()
    events.append(
        session,
        EventType.PROMPT_CHANGED,
        chain=_chain(name),  # held until the commit: two people change one after the other
        actor=str(actor),
        now=now,
        prompt=name,
        what=what,
        sha256=digest,
    )
