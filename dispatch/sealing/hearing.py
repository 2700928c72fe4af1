"""Who may hear of which event, when one reader of the log tells hundreds of listeners.

What is needed to judge is read once for all of them; each is judged in memory then. The rule is
`reach.told`'s, for those whose reach is an area: `tests/dispatch/test_hearing.py` compares the two.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from dispatch.letters import subjects
from dispatch.letters.models_letters import Letter
from dispatch.models import Callback, CallbackAttempt, Confidentiality, Reminder, Ticket, WorkOrder
from dispatch.relaying.models_relays import Relay
from dispatch.sealing import reach
from dispatch.sealing.models_readers import TicketReader
from hotline.core.accounts import Actor
from hotline.core.events import Event
from knowledge.models import District

# By what a call and a ticket are tied: its own, a reminder, a callback, a relayed call.
_TIES: tuple[Any, ...] = (
    select(col(Ticket.call_id), col(Ticket.id)),
    select(col(Reminder.call_id), col(Reminder.ticket_id)),
    select(col(CallbackAttempt.call_id), col(Callback.ticket_id)).join(
        Callback, col(Callback.id) == CallbackAttempt.callback_id
    ),
    select(col(Relay.call_id), col(WorkOrder.ticket_id)).join(
        WorkOrder, col(WorkOrder.id) == Relay.order_id
    ),
)


@dataclass(frozen=True, slots=True)
class Marks:
    """By what a ticket's readers are judged: the districts it lies in, its level, who is named."""

    districts: frozenset[str]
    level: Confidentiality
    readers: frozenset[str]

    def open_to(self, actor: Actor) -> bool:
        """Return whether somebody whose reach is an area may see the ticket."""
        if self.level is Confidentiality.SEALED:
            return actor.name in self.readers
        near = not actor.district or actor.district in self.districts
        return near and self.level.within(actor.clearance)


@dataclass(frozen=True, slots=True)
class LetterMarks:
    """By what a letter's readers are judged: the districts it lies in."""

    districts: frozenset[str]

    def open_to(self, actor: Actor) -> bool:
        """Return whether somebody whose reach is an area may read the letter."""
        near = not actor.district or actor.district in self.districts
        return near and reach.reads_letters(actor)


@dataclass(frozen=True, slots=True)
class Told:
    """An event, and the marks of every ticket and letter that it would tell of."""

    event: Event
    of: tuple[Marks | LetterMarks, ...]

    def may_be_heard_by(self, actor: Actor | None) -> bool:
        """Return whether the listener may see all that the event tells of.

        A department's people listen to no stream (`security.PERMISSIONS`, `stream.read`).
        """
        if actor is None or actor.role is None:
            return True
        return all(marks.open_to(actor) for marks in self.of)


def marked(session: Session, found: Sequence[Event]) -> list[Told]:
    """Return the events with what their listeners are judged by, by three to nine statements."""
    names = {event.id: reach.names(event) for event in found}
    every: set[str] = set().union(*names.values())
    calls = {each.removeprefix(reach.CALL) for each in every if each.startswith(reach.CALL)}
    tied = _tied(session, calls)
    ids = {ticket for tickets in tied.values() for ticket in tickets}
    by_number, by_id = _marks(session, every, ids)
    letters = _letters(session, {event.chain for event in found})
    told = []
    for event in found:
        numbers = [by_number[each] for each in names[event.id] if each in by_number]
        rang = [by_id[ticket] for each in names[event.id] for ticket in tied.get(each, ())]
        written = [letters[event.chain]] if event.chain in letters else []
        told.append(Told(event, tuple({*numbers, *rang, *written})))
    return told


def _letters(session: Session, chains: Iterable[str]) -> dict[str, LetterMarks]:
    """Return the marks of each letter that is told of, by its chain."""
    ids = {each: subjects.letter_id(each) for each in chains if subjects.is_letters(each)}
    if not ids:
        return {}
    rows = select(Letter.id, Letter.district).where(col(Letter.id).in_(set(ids.values())))
    districts, parents = dict(session.exec(rows).all()), _parents(session)
    return {each: LetterMarks(_above(districts[key], parents)) for each, key in ids.items()}


def _tied(session: Session, calls: Iterable[str]) -> Mapping[str, set[int]]:
    """Return the tickets that came of each call, by `call:ID`."""
    found: dict[str, set[int]] = {}
    ids = sorted(calls)
    for tie in _TIES if ids else ():
        call = tie.selected_columns[0]
        for call_id, ticket_id in session.execute(tie.where(call.in_(ids))):
            found.setdefault(f"{reach.CALL}{call_id}", set()).add(ticket_id)
    return found


def _marks(
    session: Session, numbers: Iterable[str], ids: Iterable[int]
) -> tuple[dict[str, Marks], dict[int, Marks]]:
    wanted = col(Ticket.number).in_(sorted(numbers)) | col(Ticket.id).in_(sorted(ids))
    columns = select(Ticket.id, Ticket.number, Ticket.district, Ticket.confidentiality)
    rows = session.exec(columns.where(wanted)).all()
    parents = _parents(session) if rows else {}
    sealed = [row[0] for row in rows if row[3] == Confidentiality.SEALED]
    readers = _readers(session, sealed) if sealed else {}
    by_number, by_id = {}, {}
    for ticket_id, number, district, level in rows:
        named = readers.get(ticket_id or 0, frozenset())
        marks = Marks(_above(district, parents), Confidentiality(level), named)
        by_number[number] = by_id[ticket_id or 0] = marks
    return by_number, by_id


def _parents(session: Session) -> dict[str, str]:
    return dict(session.exec(select(District.code, District.parent)).all())


def _above(code: str, parents: Mapping[str, str]) -> frozenset[str]:
    """Return the district and those it lies in; none for a code that is no district's."""
    above: set[str] = set()
    while code in parents and code not in above:
        above.add(code)
        code = parents[code]
    return frozenset(above)


def _readers(session: Session, tickets: Sequence[int | None]) -> dict[int, frozenset[str]]:
    rows = select(TicketReader.ticket_id, TicketReader.name).where(
        col(TicketReader.ticket_id).in_(tickets), col(TicketReader.removed_at).is_(None)
    )
    found: dict[int, set[str]] = {}
    for ticket_id, name in session.exec(rows):
        found.setdefault(ticket_id, set()).add(name)
    return {ticket_id: frozenset(names) for ticket_id, names in found.items()}
