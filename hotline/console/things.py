"""One thing that stands beside a ticket, as its page tells of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fact:
    """What is said of it, by a word of `beside`; tickets are named by number and linked."""

    word: str
    text: str = ""
    tickets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Member:
    """A ticket of a cluster; `may_leave` while it follows the main one."""

    number: str
    title: str
    status: str
    may_leave: bool


@dataclass(frozen=True)
class Thing:
    """A row beside the ticket: `kind` names its words, `form` what an open one waits for."""

    kind: str
    facts: tuple[Fact, ...]
    is_open: bool = False
    is_past: bool = False  # over and done with: shown behind a fold
    form: str = ""
    id: int = 0
    version: int = 0
    choices: tuple[str, ...] = ()  # departments by name, for a decision
    members: tuple[Member, ...] = field(default=())
    unanswered: bool = False  # 督办 without feedback: only a stated reason lifts it


def facts(*told: Fact) -> tuple[Fact, ...]:
    """Return the facts that say something."""
    return tuple(each for each in told if each.text or each.tickets)


def joined(parts: Iterable[str]) -> str:
    """Return names in a row, as Chinese sets them."""
    return "、".join(parts)
