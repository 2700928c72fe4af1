"""An inspection, a flag and an appeal in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from dispatch.inspection import appeals, flags, inspections, subjects
from dispatch.inspection.models_inspection import Inspection, InspectionFlag
from dispatch.inspection.rules import Rule
from dispatch.inspection.scoring import Card, Item
from hotline.console import moments
from hotline.console.callings import called
from hotline.console.words import name_of, reading, say
from telephony.spoken import Spoken

_SECONDS = (Rule.SILENCE, Rule.INTERRUPTION)


@dataclass(frozen=True)
class Line:
    """One inspection as a line of a list and as its page's facts."""

    id: int
    version: int
    state: str
    kind: str
    why: str
    ticket: str  # its number; empty for a call
    agent: str
    agent_name: str
    inspector: str
    inspector_name: str
    due: str
    overdue: bool
    total: str  # empty until it is submitted
    passed: bool | None
    submitted: str


@dataclass(frozen=True)
class Mark:
    """One criterion or fatal item as the form shows it."""

    code: str
    words: str
    weight: int
    level: str  # of a criterion; empty: none yet
    ticked: bool = False  # of a fatal item


@dataclass(frozen=True)
class Flagged:
    """One flag: what the rule says, where, and the words at that place."""

    id: int
    version: int
    rule: str
    measure: str
    at_s: float | None
    said: str
    speaker: str
    versions: str
    false_alarm: bool | None


@dataclass(frozen=True)
class Appealed:
    """An appeal in words; `verdict` is empty while it waits."""

    at: str
    grounds: str
    verdict: str
    answer: str
    decided: str
    decided_by: str
    before: str


def lines(session: Session, found: Sequence[Inspection], *, now: datetime) -> list[Line]:
    """Return the inspections in words."""
    people = called(session, {who for one in found for who in (one.agent, one.inspector)} - {""})
    numbers = subjects.ticket_numbers(session, found)
    return [_line(one, people, numbers, now) for one in found]


def marks(card: Card, found: Inspection) -> tuple[list[Mark], list[Mark]]:
    """Return the card's criteria and fatal items with what is marked."""
    return (
        [_mark(each, found.marks.get(each.code, ""), False) for each in card.criteria],
        [_mark(each, "", each.code in found.fatal) for each in card.fatal],
    )


def flagged(session: Session, found: Inspection, transcript: Sequence[Spoken]) -> list[Flagged]:
    """Return the inspection's flags, each with the line of the transcript that it names."""
    return [_flagged(each, transcript) for each in flags.of(session, found)]


def appealed(session: Session, found: Inspection) -> Appealed | None:
    """Return the appeal in words; None where there is none."""
    row = appeals.of(session, found)
    if row is None:
        return None
    people = called(session, {row.decided_by} - {""})
    return Appealed(
        at=moments.short(row.at),
        grounds=appeals.grounds_of(session, found, row),
        verdict=row.verdict,
        answer=appeals.answer_of(session, found, row),
        decided=moments.short(row.decided_at) if row.decided_at else "",
        decided_by=people.get(row.decided_by, row.decided_by),
        before=points(row.total_before),
    )


def points(total: float | None) -> str:
    """Return a total of 100 without needless zeros; empty for none."""
    return "" if total is None else f"{total:.2f}".rstrip("0").rstrip(".")


def _line(
    one: Inspection, people: Mapping[str, str], numbers: Mapping[int, str], now: datetime
) -> Line:
    return Line(
        id=one.id or 0,
        version=one.version,
        state=one.state,
        kind=one.kind,
        why=one.why,
        ticket=numbers.get(one.ticket_id or 0, ""),
        agent=one.agent,
        agent_name=people.get(one.agent, one.agent),
        inspector=one.inspector,
        inspector_name=people.get(one.inspector, one.inspector),
        due=moments.short(one.due_at),
        overdue=inspections.is_open(one) and one.due_at < now,
        total=points(one.total),
        passed=one.passed,
        submitted=moments.short(one.submitted_at) if one.submitted_at else "",
    )


def _mark(item: Item, level: str, ticked: bool) -> Mark:
    return Mark(item.code, item.said(reading().code), item.weight, level, ticked)


def _flagged(flag: InspectionFlag, transcript: Sequence[Spoken]) -> Flagged:
    there = flag.line is not None and flag.line < len(transcript)
    spoken = transcript[flag.line] if there and flag.line is not None else None
    unit = "inspection.seconds" if flag.rule in _SECONDS else "inspection.measure"
    return Flagged(
        id=flag.id or 0,
        version=flag.version,
        rule=name_of("inspection_rule", flag.rule),
        measure=say(unit, value=f"{flag.measure:g}"),
        at_s=flag.at_s,
        said=spoken.text if spoken else "",
        speaker=spoken.speaker if spoken else "",
        versions=say("inspection.versions", rule=flag.rule_version, lists=flag.lists),
        false_alarm=flag.false_alarm,
    )
