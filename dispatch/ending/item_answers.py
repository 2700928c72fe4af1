"""一次告知 of an item on a ticket: sent to whoever asked, once for what the item says.

It ends nothing: the ticket goes on, or is answered, by its own forms.
"""

from datetime import datetime

from sqlmodel import Session

from dispatch import history, intake, tickets
from dispatch.models import Ticket
from dispatch.notices import caller_notices
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, NotFound
from hotline.core.events import Audience, EventType
from hotline.core.privacy import Person, masked_phone
from knowledge.articles.states import TextStatus
from knowledge.items import finding
from knowledge.items.checklist import checklist
from knowledge.items.content import content_of
from knowledge.items.finding import Told
from knowledge.items.versions import ended
from telephony.models import Call


def told_by(session: Session, key: str, *, now: datetime) -> Told:
    """Return the item and what holds of it today, at its district or the nearest above.

    Raises NotFound for one that has ended: it is told to nobody.
    """
    item, version = finding.nearest(session, key, on=beijing_day(now))
    if version.status != TextStatus.PUBLISHED or ended(version, beijing_day(now)):
        raise NotFound(f"Item {finding.key_of(item)} does not hold today.")
    return item, version


def send_from(session: Session, call: Call, key: str, *, actor: Actor, now: datetime) -> Ticket:
    """发送: owe the caller the checklist by message on the ticket of this call; return it.

    Raises Conflict for a call that is no ticket yet, and as `send` does.
    """
    ticket = intake.registered_from(session, call.id)
    if ticket is None:
        raise Conflict("This call is no ticket yet.", remedy="Register it, then send.")
    ticket = tickets.find(session, ticket.number, lock=True, reader=actor)
    send(session, ticket, key, actor=actor, now=now)
    return ticket


def send(session: Session, ticket: Ticket, key: str, *, actor: Actor, now: datetime) -> bool:
    """发送: owe the requester the checklist by message; return whether it was not owed already.

    The ticket is locked by whoever asks, so that of two at once the second finds the first's.
    Raises NotFound as `told_by` does, Conflict for who gave no number.
    """
    item, version = told_by(session, key, now=now)
    key = str(finding.key_of(item))
    if (key, version.number) in sent(session, ticket):
        return False
    if not masked_phone(session.get_one(Person, ticket.person_id)):
        raise Conflict("This requester gave no number.", remedy="Read it out instead.")
    text = checklist(content_of(version)).send
    caller_notices.owe(session, ticket, caller_notices.CHECKLIST, now=now, text=text)
    history.record(
        session,
        ticket,
        EventType.TICKET_CHECKLIST_SENT,
        actor=actor,
        now=now,
        audience=Audience.CALLER,
        item=key,
        text_version=version.number,
    )
    return True


def sent(session: Session, ticket: Ticket) -> dict[tuple[str, int], datetime]:
    """Return when each checklist was sent on this ticket, by its item's key and its version."""
    return {
        (str(each.refs["item"]), int(each.refs["text_version"])): each.at
        for each in history.story(session, ticket)
        if each.type == EventType.TICKET_CHECKLIST_SENT
    }
