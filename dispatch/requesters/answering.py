"""待补充: the requester answers a department's question on their own page, as an agent does it."""

from datetime import datetime

from sqlmodel import Session

from dispatch.beside.models_beside import InfoRequest
from dispatch.handling import info_requests, orders
from dispatch.models import Reminder, Ticket
from dispatch.requesters import additions, asked
from dispatch.requesters.models_requesters import Addition
from dispatch.requesters.requester import REQUESTER
from dispatch.states import OPEN_ORDERS
from hotline.core import privacy
from hotline.core.errors import NotFound
from hotline.core.privacy import Person


def answer(
    session: Session, ticket: Ticket, question: int, text: str, *, now: datetime
) -> InfoRequest | Addition | Reminder:
    """补充: keep the words as the answer; the department is told, and waits no more.

    The ticket is locked. Words that come too late, as an agent brought an answer before or the
    order ended, are an addition: nobody writes them twice. The same answer again changes nothing.
    Raises NotFound for a question that is none of the ticket's, else as an addition does.
    """
    found = asked.find(session, ticket, question)
    if found is None:
        raise NotFound(f"Ticket {ticket.number} has no question {question}.")
    text = text.strip()
    order = orders.find(session, found[1].number, lock=True)
    row = info_requests.find(session, order, question)
    if _is_said(session, ticket, row, text):
        return row
    if row.answered_at or order.status not in OPEN_ORDERS:
        return additions.add(session, ticket, text, now=now)
    additions.require_room(session, ticket, text, now=now)
    return info_requests.give(session, row, text, actor=REQUESTER, now=now)


def _is_said(session: Session, ticket: Ticket, row: InfoRequest, text: str) -> bool:
    if row.answered_by != str(REQUESTER) or not row.sealed_answer:
        return False
    person = session.get_one(Person, ticket.person_id)
    return privacy.unseal(person, row.sealed_answer, info_requests.PURPOSE) == text
