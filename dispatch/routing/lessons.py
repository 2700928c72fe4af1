"""训练数据: what corrections, 退单 and 改派 teach, read from the tickets as they are now.

Nothing is copied: whoever is erased, and whatever is sealed since, is in no later lesson.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlmodel import Session, col, select

from dispatch.models import Confidentiality, ProposalRow, Ticket
from dispatch.routing.models_earned import LessonsExport, RoutedTicket
from dispatch.routing.registry import LONGEST_REASON, Kind
from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.errors import Invalid
from hotline.core.events import EventType
from hotline.core.privacy import Person, mask_text
from knowledge import stored
from knowledge.directory import Directory
from knowledge.entries import ANY_MATTER

# Held out from training: what came in during the last so many days.
NEWEST = timedelta(days=30)
ROWS_A_LABEL = 5  # what training asks for (`nlp.training`)
BATCH = 1000
# A fit compares its rows with each other: ten times these would not fit in a small server.
MOST = 20_000
_LARGEST = 2**31 - 1
_KEPT_APART = (Confidentiality.CONFIDENTIAL, Confidentiality.SEALED)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One request in its masked words, and what it turned out to be."""

    at: datetime
    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is trained on and what is held out; `rare` rows have a label that too few share."""

    training: Sequence[Lesson]
    newest: Sequence[Lesson]
    rare: int


def of_site(session: Session, kind: Kind, *, most: int = MOST) -> list[Lesson]:
    """Return the site's newest lessons, the oldest first, at most `most`.

    Confidential and sealed tickets and those of erased people are left out.
    """
    answers = _answers(stored.current(session))
    found = (
        Lesson(ticket.created_at, ticket.text, label)
        for row, ticket, routed in _decided(session)
        if (label := _label(kind, row, ticket, routed, answers))
    )
    return list(islice(found, most))[::-1]


def parted(lessons: Sequence[Lesson]) -> Lessons:
    """Hold the newest month out, and leave out of training what too few rows have."""
    if not lessons:
        return Lessons((), (), 0)
    start = max(one.at for one in lessons) - NEWEST
    earlier = [one for one in lessons if one.at < start]
    counts = Counter(one.label for one in earlier)
    training = [one for one in earlier if counts[one.label] >= ROWS_A_LABEL]
    newest = [one for one in lessons if one.at >= start]
    return Lessons(training, newest, len(earlier) - len(training))


def note_export(
    session: Session, kind: Kind, rows: int, reason: str, *, actor: Actor, now: datetime
) -> None:
    """Keep who takes the rows away as a file and why; raise Invalid without a reason."""
    said = reason.replace("\0", "").strip()
    if not 0 < len(said) <= LONGEST_REASON:
        raise Invalid("Requests leave the hotline only for a reason.", remedy="Say why.")
    session.add(LessonsExport(kind=kind, rows=rows, reason=mask_text(said), at=now, by=str(actor)))
    what = EventType.LESSONS_EXPORTED
    events.append(
        session, what, chain="lessons", actor=str(actor), now=now, kind=kind.value, rows=rows
    )


def _decided(session: Session) -> Iterator[tuple[ProposalRow, Ticket, RoutedTicket]]:
    """Yield what was decided, the newest first."""
    last = _LARGEST
    while rows := session.exec(
        select(ProposalRow, Ticket, RoutedTicket)
        .join(RoutedTicket, col(RoutedTicket.proposal_id) == ProposalRow.id)
        .join(Ticket, col(Ticket.id) == ProposalRow.ticket_id)
        .join(Person, col(Person.id) == Ticket.person_id)
        .where(col(ProposalRow.id) < last, Person.wrapped_key != b"", Ticket.text != "")
        .where(col(Ticket.confidentiality).not_in(_KEPT_APART))
        .order_by(col(ProposalRow.id).desc())
        .limit(BATCH)
    ).all():
        yield from rows
        last = rows[-1][0].id or 0


def _label(
    kind: Kind,
    row: ProposalRow,
    ticket: Ticket,
    routed: RoutedTicket,
    answers: dict[str, set[str]],
) -> str:
    """Return what the ticket turned out to be; empty where nobody can say."""
    outcome = routed.outcome_department
    if kind is Kind.DEPARTMENT:
        return outcome
    if not outcome:  # nobody has completed it; what a person stated is known all the same
        return ticket.category[0] if "category" in row.body.get("stated", ()) else ""
    if outcome == row.department:
        return ticket.category[0]
    # Another department completed it: that tells the matter only where it answers for one alone.
    matters = answers.get(outcome, set())
    return next(iter(matters)) if len(matters) == 1 else ""


def _answers(directory: Directory) -> dict[str, set[str]]:
    """Return by department the first levels of the matters it answers for."""
    found: dict[str, set[str]] = {}
    for entries in directory.catalogue.values():
        for entry in entries:
            matter = directory.matters.get(entry.matter_code)
            if matter and matter.code != ANY_MATTER:
                found.setdefault(entry.department_code, set()).add(matter.l1)
    return found
