"""函件 as a page shows it: to who works inside, and to the department that got it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlmodel import Session

from dispatch.indicators import definitions
from dispatch.letters import letter_clocks, reading, references, subjects
from dispatch.letters.models_letters import Letter, LetterRecipient
from dispatch.letters.reading import Wanted
from dispatch.letters.references import Reference, Thing
from dispatch.letters.states import Status
from dispatch.sealing import reach
from hotline.console import countdowns, moments, story
from hotline.console.countdowns import Countdown, Glance
from hotline.console.faults import PORTAL, PREFIX
from hotline.console.letters import file_lines
from hotline.console.story import Callings
from hotline.console.words import name_of, say
from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from knowledge import names


@dataclass(frozen=True)
class Line:
    """One letter in a list."""

    id: int
    number: str
    kind: str
    subject: str
    status: str
    open: bool
    to: str
    at: str
    due: Glance | None


@dataclass(frozen=True)
class Link:
    """What a letter refers to, and where it is looked at; empty where its reader has no page."""

    what: str
    text: str
    url: str


def listed(
    session: Session, wanted: Wanted, *, reader: Actor, before: int, now: datetime
) -> dict[str, Any]:
    """Return what a list of letters shows: one page of it, and where the next begins."""
    found = reading.listed(
        session, wanted, reader=reader, before=before, now=now, limit=reading.SHOWN + 1
    )
    page = found[: reading.SHOWN]
    return {
        "rows": lines(session, page, reader=reader, now=now),
        "status": wanted.status,
        "kind": wanted.kind,
        "late": wanted.late,
        "older": page[-1].id if len(found) > len(page) else 0,
    }


def lines(session: Session, found: Sequence[Letter], *, reader: Actor, now: datetime) -> list[Line]:
    """Return the letters as a list's lines; a department's say how far it is itself."""
    due = reading.first_due(session, found, reader=reader)
    own = reach.department_of(reader)
    standings = reading.standings(session, found, reader) if own else {}
    to = {} if own else _addressed(session, found)
    made = []
    for each in found:
        key = each.id or 0
        glance = countdowns.glance(due[key], now=now) if key in due else None
        made.append(_line(each, standings.get(key, ""), to.get(key, ""), glance))
    return made


def _line(letter: Letter, standing: str, to: str, due: Glance | None) -> Line:
    status = name_of("letter_status", letter.status)
    return Line(
        id=letter.id or 0,
        number=letter.number or say("letters.no_number"),
        kind=name_of("letter_kind", letter.kind),
        subject=letter.subject,
        status=name_of("letter_standing", standing) if standing else status,
        open=letter.status == Status.ISSUED,
        to=to,
        at=moments.short(letter.issued_at or letter.drafted_at),
        due=due,
    )


def whole(
    session: Session, letter: Letter, *, reader: Actor, callings: Callings, now: datetime
) -> dict[str, Any]:
    """Return the letter as its page shows it to this reader."""
    recipients = _recipients(session, letter, reader)
    happened = events.history(session, subjects.chain(letter.id or 0))
    return {
        **_heading(letter),
        "recipients": _named(session, recipients),
        "standing": recipients[0].standing if recipients else "",
        "links": links(session, letter, reader),
        "attached": file_lines.of(session, letter, reader),
        "clocks": _clocks(session, letter, recipients, happened, reader=reader, now=now),
        "answers": reading.answers(session, letter),
        "records": reading.records(session, letter),
        "measures": [
            (each, moments.day(each.due_on), name_of("letter_measure", each.standing))
            for each in reading.measures(session, letter)
        ],
        "story": story.tell(session, _theirs(happened, reader), callings=callings),
        "short": moments.short,
    }


def _heading(letter: Letter) -> dict[str, Any]:
    """Return what the letter is, and its moments as people read them."""
    issued = letter.issued_at
    return {
        "letter": letter,
        "kind": name_of("letter_kind", letter.kind),
        "status": name_of("letter_status", letter.status),
        "number": letter.number or say("letters.no_number"),
        "meets": moments.full(letter.meets_at) if letter.meets_at else "",
        "answer_on": moments.day(letter.answer_on) if letter.answer_on else "",
        "issued": moments.full(issued) if issued else "",
        "issued_on": moments.day(beijing_day(issued)) if issued else "",
    }


def _named(session: Session, recipients: Sequence[LetterRecipient]) -> list[tuple[str, str, str]]:
    """Return each recipient by name, how far it is, and when it acknowledged."""
    called = names.department_names(session, {each.department for each in recipients})
    return [
        (
            called.get(each.department, each.department),
            name_of("letter_standing", each.standing),
            moments.short(each.acknowledged_at) if each.acknowledged_at else "",
        )
        for each in recipients
    ]


def _clocks(
    session: Session,
    letter: Letter,
    recipients: Sequence[LetterRecipient],
    happened: Sequence[events.Event],
    *,
    reader: Actor,
    now: datetime,
) -> list[Countdown]:
    """Return what runs, the first due first, each measure's with its words."""
    texts = {
        letter_clocks.measured(letter, whose, each): each.text
        for whose in recipients
        for each in reading.measures(session, letter)
    }
    running = reading.clocks_of(session, letter, reader=reader)
    shown = [(each, countdowns.countdown(each, now=now, happened=happened)) for each in running]
    return [replace(line, subject=texts.get(each.subject, "")) for each, line in shown]


def links(session: Session, letter: Letter, reader: Actor) -> list[Link]:
    """Return what the letter refers to, as far as this reader may see it."""
    inside = not reach.department_of(reader)
    return [_link(each, inside) for each in references.shown(session, letter, reader)]


def _link(reference: Reference, inside: bool) -> Link:
    what, code = name_of("letter_thing", reference.thing), reference.code
    if reference.thing is Thing.INDICATOR:
        days = f"{reference.since} ～ {reference.until}"
        text = f"{definitions.newest(code).name_zh} {reference.figure}（{days}）"
        asked = urlencode({"from": reference.since, "until": reference.until})
        return Link(what, text, f"{PREFIX}/indicators/{code}?{asked}" if inside else "")
    pages = {
        (Thing.TICKET, True): f"{PREFIX}/tickets/{code}",
        (Thing.REPORT, True): f"/api/v1/indicator-reports/{code}",
        (Thing.ORDER, False): f"{PORTAL}/orders/{code}",
    }
    return Link(what, code, pages.get((reference.thing, inside), ""))


def _recipients(session: Session, letter: Letter, reader: Actor) -> Sequence[LetterRecipient]:
    """Return whom it goes to; a department is told of itself alone."""
    own = reach.department_of(reader)
    found = reading.recipients(session, letter)
    return [each for each in found if each.department == own] if own else found


def _theirs(happened: Sequence[events.Event], reader: Actor) -> list[events.Event]:
    """Return what happened as the reader may know it: a department what names it."""
    own = reach.department_of(reader)
    return [each for each in happened if not own or each.refs.get("department") == own]


def _addressed(session: Session, found: Sequence[Letter]) -> dict[int, str]:
    """Return whom each letter goes to: one by name, more by number."""
    addressed = reading.departments_of(session, found)
    firsts = {codes[0] for codes in addressed.values()}
    called = names.department_names(session, firsts)
    return {
        key: called.get(codes[0], codes[0])
        if len(codes) == 1
        else say("letters.several", count=len(codes))
        for key, codes in addressed.items()
    }
