"""From a call's form to what it becomes, once: a ticket, one that follows another, or a reminder.

The call's row is locked first: whoever comes second finds what the first one made. A call that an
agent took makes no ticket by itself (`intake.register_call`).
"""

from datetime import datetime

from sqlmodel import Session, select

from dispatch import registering, reminders, tickets
from dispatch.clustering import cluster_record, clusters
from dispatch.drafting import drafts
from dispatch.drafting.drafts import FieldName, Form
from dispatch.live_proposals import LEAST_CHARACTERS, said_so_far
from dispatch.models import Ticket
from dispatch.registering import Heard
from dispatch.routing.confirming import Stated
from dispatch.terms import RequestType, Urgency
from hotline.core.accounts import Actor
from hotline.core.errors import NotFound
from hotline.core.privacy import Person
from telephony.models import Call


def register(
    session: Session, call: Call, form: Form, *, home: str, actor: Actor, now: datetime
) -> Ticket:
    """登记: make the form a ticket, and forget its drafts; the ticket that is there already stays.

    Raises Invalid for a form without a summary, or with a matter or place nobody knows.
    """
    _lock(session, call)
    made = tickets.of_call(session, call.id)
    if made:  # whatever is done with it next, others do things with it too
        session.refresh(made, with_for_update=True)
    else:
        heard = Heard(text_of(form), _stated(form), call_id=call.id, title=form.of(FieldName.TITLE))
        made = registering.register(session, heard, home=home, actor=actor, now=now).ticket
    drafts.forget(session, call)
    return made


def append(
    session: Session,
    call: Call,
    form: Form,
    number: str,
    reason: str,
    *,
    home: str,
    actor: Actor,
    now: datetime,
) -> Ticket:
    """Add the call to a ticket that is there: 催办 to the caller's own, 并单 to somebody else's.

    Raises as `reminders.remind`, `register` and `clusters.merge` do.
    """
    _lock(session, call)
    ticket = tickets.find(session, number, reader=actor)
    if ticket.person_id == call.person_id:
        return remind(
            session, call, number, form.of(FieldName.SUMMARY), reason, actor=actor, now=now
        )
    cluster = cluster_record.of_ticket(session, ticket)
    leading = cluster_record.main_of(session, cluster).number if cluster else number
    main = cluster_record.find_main(session, leading, reader=actor)
    follower = register(session, call, form, home=home, actor=actor, now=now)
    clusters.merge(session, main, [follower], reason, actor=actor, now=now)
    return follower


def remind(
    session: Session,
    call: Call,
    number: str,
    text: str,
    otherwise: str,
    *,
    actor: Actor,
    now: datetime,
) -> Ticket:
    """催办: the call asks after this open ticket of the caller's, once, however often pressed.

    Without a text it says what the caller has said so far, or `otherwise`. The form stays: who asks
    after an old matter may have a new one too. Raises NotFound for somebody else's ticket.
    """
    _lock(session, call)
    ticket = tickets.find(session, number, lock=True, reader=actor)
    if ticket.person_id != call.person_id:
        raise NotFound(f"Ticket {number} is not this caller's.", remedy="Choose one of theirs.")
    before = reminders.of_call(session, call.id)
    if ticket.call_id == call.id or (before and before.ticket_id == ticket.id):
        return ticket
    said = text.strip() or said_so_far(session, call)
    if len(said) < LEAST_CHARACTERS:
        said = text.strip() or otherwise
    person = session.get_one(Person, call.person_id)
    reminders.remind(session, ticket, person, said, call_id=call.id, actor=actor, now=now)
    return ticket


def text_of(form: Form) -> str:
    """Return the request's words: the summary, and where it is when that does not say it."""
    summary, address = form.of(FieldName.SUMMARY), form.of(FieldName.ADDRESS)
    if not summary or not address or address in summary:
        return summary
    return f"{summary}\n地点：{address}"


def _stated(form: Form) -> Stated:
    kind, urgency = form.of(FieldName.REQUEST_TYPE), form.of(FieldName.URGENCY)
    matter = [level.strip() for level in form.of(FieldName.MATTER).split("/") if level.strip()]
    return Stated(
        RequestType(kind) if kind else None,
        tuple(matter),
        form.of(FieldName.DISTRICT),
        Urgency(urgency) if urgency else None,
    )


def _lock(session: Session, call: Call) -> None:
    session.exec(select(Call).where(Call.id == call.id).with_for_update()).one()
