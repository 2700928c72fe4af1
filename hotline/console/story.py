"""办理经过 as a story: one sentence for each event, the newest last."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from dispatch.ending import declines
from dispatch.terms import ClockKind, RequestType
from hotline.console import moments
from hotline.console.callings import called
from hotline.console.words import name_of, say, words_of
from hotline.core.events import Event
from knowledge import names

Callings = Callable[[Session, Collection[str]], dict[str, str]]


@dataclass(frozen=True)
class Sentence:
    """What happened, when and of what kind."""

    at: str
    text: str
    type: str


def tell(
    session: Session, happened: Sequence[Event], *, callings: Callings = called
) -> list[Sentence]:
    """Return the events as sentences; codes and names of accounts are written out.

    `callings` says how whoever acted is called to who reads it.
    """
    people = callings(session, {event.actor for event in happened})
    codes = {code for event in happened for code in _departments(event)}
    departments = names.department_names(session, codes)
    return [
        Sentence(moments.short(event.at), _text(event, people, departments), event.type)
        for event in happened
    ]


def _departments(event: Event) -> list[str]:
    return [event.refs.get("department", ""), *event.refs.get("departments", [])]


def _text(event: Event, people: dict[str, str], departments: dict[str, str]) -> str:
    sentences = words_of("story")
    lapsed = event.refs.get("lapsed") and sentences.get(f"{event.type}.lapsed")
    sentence = lapsed or sentences.get(event.type) or say("story.unknown")
    known = {
        "who": people[event.actor],
        "type": event.type,
        **{name: _word(name, value, departments) for name, value in event.refs.items()},
        "answers": _answers(event.refs),
    }
    return sentence.format_map(_Known(known))


def _word(name: str, value: Any, departments: dict[str, str]) -> str:
    """Return a reference of an event as a person reads it."""
    if name == "departments":
        return "、".join(departments.get(code, code) for code in value)
    if name == "department":
        return departments.get(value, str(value))
    if name in _MOMENTS:
        return moments.full(datetime.fromisoformat(value))
    if name in _SECTIONS:
        return name_of(_SECTIONS[name], value)
    reader = _READERS.get(name)
    return reader(value) if reader else str(value)


_MOMENTS = frozenset({"due", "before", "planned_for"})
_SECTIONS = {
    "closing": "closing",
    "outcome": "outcome",
    "mode": "callback_mode",
    "status": "callback_status",
    "reason": "returned",
    "role": "order_role",
    "receiver": "receiver",
    "redo": "redo",
    "wish": "wish",
    "contested": "contested",
    "cause": "supervised",
    "directory": "areas",
}
_READERS: dict[str, Callable[[Any], str]] = {
    "request_type": lambda value: RequestType(value).label,
    "clock": lambda value: ClockKind(value).label,
    "matter": lambda value: value.replace("/", " / "),
    "parts": "、".join,
    "review_on": lambda value: moments.day(date.fromisoformat(value)),
    "ground": declines.title_of,
    "reached": lambda value: say("story.reached" if value else "story.not_reached"),
    "solved": lambda value: say("story.solved" if value else "story.not_solved"),
}


def _answers(refs: dict[str, Any]) -> str:
    """Return what a requester expressed in a callback; what they left open is not mentioned."""
    said = [
        say(f"story.{yes if refs[name] else no}")
        for name, yes, no in (
            ("contacted", "said_contacted", "said_not_contacted"),
            ("resolved", "said_solved", "said_not_solved"),
        )
        if refs.get(name) is not None
    ]
    if refs.get("satisfaction") is not None:
        said.append(name_of("rating", refs["satisfaction"]))
    return "，".join(said) or say("story.said_nothing")


class _Known(dict[str, str]):
    """References by name; one that an older event did not carry is left open."""

    def __missing__(self, name: str) -> str:
        return "…"
