"""A call and a ticket as the rules judge them, read from their rows: in the clear, for rules."""

import re
from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select

from dispatch.beside.models_beside import DirectAnswer
from dispatch.handling.replies import COMPLETED
from dispatch.inspection import population
from dispatch.inspection.talk import AGENT, Line, Sheet, Talk, Text
from dispatch.inspection.word_lists import Lists
from dispatch.models import Callback, Reminder, Reply, Ticket, WorkOrder
from dispatch.states import TicketStatus
from hotline.core import accounts, events, privacy
from hotline.core.events import EventType
from hotline.core.privacy import Person
from telephony import records
from telephony.models import Call, Direction, Utterance

_DIGITS = re.compile(r"\d+")
_RUNNING = (TicketStatus.REGISTERED, TicketStatus.DISPATCHED, TicketStatus.AWAITING_CALLBACK)
_COPIED_FROM = timedelta(days=1)
_HUNG_UP = "caller_hung_up"


def talk_of(session: Session, call: Call, lists: Lists) -> Talk:
    """Return the call as the rules judge it."""
    lines = _lines(session, call)
    first = next((each.start_s for each in lines if each.speaker == AGENT), 0.0)
    answered = call.answered_at or call.started_at
    begins = (call.connected_at - answered).total_seconds() if call.connected_at else first
    return Talk(
        [each for each in lines if each.end_s > begins],
        begins,
        held=_held(session, call, answered),
        number=_number(session, call.agent),
        behind=_is_behind(session, call, lists),
        cut_off=call.end_reason == _HUNG_UP,
    )


def sheet_of(session: Session, ticket: Ticket, agent: str, lists: Lists) -> Sheet:
    """Return the ticket as the rules judge it; its call's lines where it has a call."""
    call = session.get(Call, ticket.call_id) if ticket.call_id else None
    since = ticket.created_at - _COPIED_FROM
    others = population.earlier_texts(session, ticket, agent, since=since) if agent else ()
    return Sheet(
        ticket.request_type,
        ticket.text,
        agent,
        _replies(session, ticket),
        others,
        talk_of(session, call, lists) if call else None,
    )


def _lines(session: Session, call: Call) -> list[Line]:
    person = session.get_one(Person, call.person_id)
    said = session.exec(
        select(Utterance)
        .where(Utterance.call_id == call.id)
        .order_by(col(Utterance.start_s), col(Utterance.seq))
    ).all()
    return [
        Line(
            place,
            one.speaker,
            one.start_s,
            one.end_s,
            privacy.unseal(person, one.sealed_text, "utterance"),
            one.confidence,
        )
        for place, one in enumerate(said)
    ]


def _held(session: Session, call: Call, answered: datetime) -> list[tuple[float, float]]:
    """Return the spans on hold, in seconds of the recording."""
    spans: list[tuple[float, float]] = []
    since: float | None = None
    for event in events.history(session, records.chain(call.id)):
        at = (event.at - answered).total_seconds()
        if event.type == EventType.CALL_HELD and since is None:
            since = at
        elif event.type in (EventType.CALL_RESUMED, EventType.CALL_ENDED) and since is not None:
            spans.append((since, at))
            since = None
    return spans


def _number(session: Session, agent: str) -> str:
    """Return the agent's digits, as their name on the pages has them, else as they sign in."""
    name = accounts.display_names(session, [agent]).get(agent, "")
    found = _DIGITS.findall(name) or _DIGITS.findall(agent)
    return found[-1] if found else ""


def _is_behind(session: Session, call: Call, lists: Lists) -> bool:
    """Return whether something that gives an answer came of the call, or of its person soon."""
    ended = call.ended_at or call.started_at
    until = ended + timedelta(hours=lists.promise_h)
    soon = (col(Ticket.created_at) >= call.started_at) & (col(Ticket.created_at) <= until)
    of_call = or_(col(Ticket.call_id) == call.id, (col(Ticket.person_id) == call.person_id) & soon)
    order = select(WorkOrder.id).where(WorkOrder.ticket_id == Ticket.id).exists()
    planned = select(Callback.id).where(Callback.ticket_id == Ticket.id).exists()
    alive = or_(col(Ticket.status).in_(_RUNNING), order, planned)
    reminded = select(Reminder.id).where(Reminder.call_id == call.id)
    rang = (
        select(Call.id)
        .where(Call.person_id == call.person_id, Call.direction == Direction.OUT)
        .where(col(Call.started_at) >= ended, col(Call.started_at) <= until)
    )
    ticket = select(Ticket.id).where(of_call, alive)
    return any(session.exec(each.limit(1)).first() for each in (ticket, reminded, rang))


def _replies(session: Session, ticket: Ticket) -> list[Text]:
    """Return what the requester was told: direct answers, and replies that were let through."""
    told = session.exec(select(DirectAnswer).where(DirectAnswer.ticket_id == ticket.id)).all()
    passed = session.exec(
        select(Reply)
        .join(WorkOrder, col(WorkOrder.id) == Reply.order_id)
        .where(WorkOrder.ticket_id == ticket.id, Reply.verdict == COMPLETED)
    ).all()
    return [
        *(Text(each.text, each.by) for each in told),
        *(Text(each.public_reply, each.reviewed_by) for each in passed),
    ]
