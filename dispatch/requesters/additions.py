"""补充: what the requester writes more; whoever asks again is counted as 催办 instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from dispatch import history, reminders
from dispatch.models import Confidentiality, Reminder, Ticket
from dispatch.requesters import asked
from dispatch.requesters.models_requesters import Addition
from dispatch.requesters.requester import REQUESTER
from dispatch.sealing import reach
from hotline.core import privacy
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import Audience, EventType
from hotline.core.masking_addresses import mask_addresses
from hotline.core.privacy import Person

PURPOSE = "addition"  # what the vault seals it for
MOST_LETTERS = 1000
MOST_A_DAY = 10  # a neighbour's child with the phone must not bury a department
# Who presses twice in an hour has asked again once; the words are kept each time.
QUIET = timedelta(hours=1)


@dataclass(frozen=True)
class Written:
    """Something that the requester wrote after registering, masked; 催办 or not."""

    at: datetime
    text: str
    reminder: bool


def add(session: Session, ticket: Ticket, text: str, *, now: datetime) -> Addition | Reminder:
    """补充: keep the words, masked and sealed, for the agent and the departments that have it.

    The ticket is locked. Words of somebody who asks again are a reminder (催办), once an hour; the
    same words once more within the hour change nothing.
    Raises Conflict when nobody works on the ticket any more or too much came today, Invalid for
    nothing or too much in one.
    """
    text = text.strip()
    kept = _said_just_now(session, ticket, text, now=now)
    if kept:
        return kept
    require_room(session, ticket, text, now=now)
    person = session.get_one(Person, ticket.person_id)
    if _asks_again(session, ticket, text, now=now):
        return reminders.remind(
            session, ticket, person, text, call_id=None, actor=REQUESTER, now=now
        )
    addition = Addition(
        ticket_id=ticket.id or 0,
        at=now,
        text=privacy.mask_text(text) if reach.may_leave(ticket) else "",
        sealed_text=privacy.seal(person, text, PURPOSE),
    )
    session.add(addition)
    session.flush()
    history.record(
        session,
        ticket,
        EventType.TICKET_ADDED_TO,
        actor=REQUESTER,
        now=now,
        audience=Audience.CALLER,
    )
    return addition


def require_room(session: Session, ticket: Ticket, text: str, *, now: datetime) -> None:
    """Raise Conflict or Invalid, as `add` does, when these words may not be added now."""
    if not may_add(ticket):
        raise Conflict(
            f"Ticket {ticket.number} is {ticket.status}: nobody works on it.",
            remedy="Dial 12345 to have it taken up again.",
        )
    if not text:
        raise Invalid("Nothing was written.", remedy="Write what should be known.")
    if len(text) > MOST_LETTERS:
        raise Invalid(
            f"{len(text)} letters are more than {MOST_LETTERS}.", remedy="Write it in parts."
        )
    since = now - timedelta(days=1)
    today = [each for each in written(session, ticket) if each.at > since]
    if len(today) >= MOST_A_DAY:
        raise Conflict(
            f"Ticket {ticket.number} was added to {len(today)} times within a day.",
            remedy="Dial 12345 for more.",
        )


def may_add(ticket: Ticket) -> bool:
    """Return whether somebody works on the ticket who can use more words."""
    return ticket.status in reminders.OPEN


def of_ticket(session: Session, ticket: Ticket) -> Sequence[Addition]:
    """Return what was added to the ticket, oldest first."""
    rows = select(Addition).where(Addition.ticket_id == ticket.id)
    return session.exec(rows.order_by(col(Addition.id))).all()


def of_tickets(session: Session, ids: Sequence[int]) -> dict[int, list[Addition]]:
    """Return the additions of many tickets by ticket, oldest first, in one query."""
    found: dict[int, list[Addition]] = {each: [] for each in ids}
    rows = select(Addition).where(col(Addition.ticket_id).in_(ids)).order_by(col(Addition.id))
    for addition in session.exec(rows).all():
        found[addition.ticket_id].append(addition)
    return found


def written(session: Session, ticket: Ticket) -> list[Written]:
    """Return all that the requester wrote, answered or said after registering, oldest first."""
    more = [
        Written(each.at, mask_addresses(each.text), False) for each in of_ticket(session, ticket)
    ]
    again = [
        Written(each.at, mask_addresses(each.text), True)
        for each in reminders.of_ticket(session, ticket)
    ]
    given = [
        Written(each.answered_at or each.asked_at, mask_addresses(each.answer), False)
        for each in asked.answered_by_requester(session, ticket)
    ]
    return sorted([*more, *again, *given], key=lambda each: each.at)


def words(session: Session, ticket: Ticket, addition: Addition) -> str:
    """Return what was added, masked; of a sealed ticket it is read from the vault."""
    if ticket.confidentiality != Confidentiality.SEALED:
        return addition.text
    person = session.get_one(Person, ticket.person_id)
    return privacy.mask_text(privacy.unseal(person, addition.sealed_text, PURPOSE))


def _said_just_now(
    session: Session, ticket: Ticket, text: str, *, now: datetime
) -> Addition | Reminder | None:
    """Return what holds these very words since less than an hour ago: the form was sent twice."""
    person, since = session.get_one(Person, ticket.person_id), now - QUIET
    for each in of_ticket(session, ticket):
        if each.at > since and privacy.unseal(person, each.sealed_text, PURPOSE) == text:
            return each
    for again in reminders.of_ticket(session, ticket):
        if again.at > since and privacy.unseal(person, again.sealed_text, "reminder") == text:
            return again
    return None


def _asks_again(session: Session, ticket: Ticket, text: str, *, now: datetime) -> bool:
    if not any(word in text for word in reminders.ASKING_AGAIN):
        return False
    last = session.exec(select(func.max(Reminder.at)).where(Reminder.ticket_id == ticket.id)).one()
    return last is None or now - last >= QUIET
