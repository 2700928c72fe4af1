"""办理经过: what happened to the ticket that its requester may know, as codes and moments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from dispatch import history
from dispatch.models import Ticket
from hotline.core.events import Audience, EventType
from knowledge import names

E = EventType
TOLD = frozenset(
    {
        E.TICKET_REGISTERED,
        E.TICKET_IMPORTED,
        E.TICKET_DISPATCHED,
        E.TICKET_ANSWERED,
        E.TICKET_DECLINED,
        E.TICKET_HANDED_OVER,
        E.HAND_OVER_ACKNOWLEDGED,
        E.TICKET_WITHDRAWN,
        E.TICKET_SPLIT,
        E.TICKET_SUSPENDED,
        E.TICKET_SUSPENSION_ENDED,
        E.EXTENSION_GRANTED,
        E.TICKET_REOPENED,
        E.TICKET_CLOSED,
        E.ARBITRATION_DECIDED,
        E.TICKET_MADE_CONFIDENTIAL,
    }
)
# What they wrote, and how they rated, is shown by itself; a message they have.
UNTOLD = frozenset(
    {
        E.TICKET_ADDED_TO,
        E.CALLBACK_COMPLETED,
        E.TICKET_ARTICLE_SENT,
        E.TICKET_CHECKLIST_SENT,
    }
)


@dataclass(frozen=True)
class Step:
    """One thing that happened: an event's type, and the departments it names."""

    at: datetime
    what: str
    departments: Sequence[str] = ()


def of_ticket(session: Session, ticket: Ticket) -> Sequence[Step]:
    """Return the steps, oldest first: events whose audience is the caller, and no other."""
    told = [
        event
        for event in history.story(session, ticket)
        if event.audience == Audience.CALLER and event.type in TOLD
    ]
    codes = {code for event in told for code in event.refs.get("departments", ())}
    called = names.department_names(session, sorted(codes))
    return [
        Step(event.at, event.type, [called[code] for code in event.refs.get("departments", ())])
        for event in told
    ]
