"""Who had a hand in a matter: nobody of them says what its rating is worth, or asks again."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Label, Select, Subquery, union_all
from sqlalchemy import select as columns
from sqlmodel import Session, col

from dispatch.models import Callback, CallbackAttempt, Contact, Rating, Reply, Ticket, WorkOrder
from dispatch.ratings.models_ratings import RatingAspects
from hotline.core.accounts import MACHINE

_NOBODY = ("", str(MACHINE))


def concerned(session: Session, ticket: Ticket) -> frozenset[str]:
    """Return who dispatched, answered, signed, reviewed, asked or entered a rating from paper."""
    return frozenset(_by_ticket(session, _all_hands(), [ticket.id or 0])[ticket.id or 0])


def answerers(session: Session, ticket_id: int) -> frozenset[str]:
    """Return who made contact, answered or signed (承办人): none of them rings the requester."""
    hands = union_all(*_answering()).subquery()
    return frozenset(_by_ticket(session, hands, [ticket_id])[ticket_id])


def handlers(session: Session, tickets: Sequence[int]) -> Mapping[int, set[str]]:
    """Return of each ticket who dispatched, made contact, answered, signed or reviewed."""
    return _by_ticket(session, union_all(*_handling()).subquery(), tickets)


def is_concerned(ticket_id: Any, name: str) -> ColumnElement[bool]:
    """Return the condition that this account is one of the `concerned` of the ticket."""
    return _holds(_all_hands(), ticket_id, name)


def has_answered(ticket_id: Any, name: str) -> ColumnElement[bool]:
    """Return the condition that this account is one of the `answerers` of the ticket."""
    return _holds(union_all(*_answering()).subquery(), ticket_id, name)


def _holds(hands: Subquery, ticket_id: Any, name: str) -> ColumnElement[bool]:
    return columns(hands.c.who).where(hands.c.ticket == ticket_id, hands.c.who == name).exists()


def _all_hands() -> Subquery:
    return union_all(*_handling(), *_asking()).subquery()


def _by_ticket(
    session: Session, hands: Subquery, tickets: Sequence[int]
) -> defaultdict[int, set[str]]:
    rows = session.execute(
        columns(hands.c.ticket, hands.c.who)
        .where(hands.c.ticket.in_(tickets), hands.c.who.not_in(_NOBODY))
        .distinct()
    ).all()
    found: defaultdict[int, set[str]] = defaultdict(set)
    for ticket, who in rows:
        found[ticket].add(who)
    return found


def _handling() -> list[Select[Any]]:
    order: Label[Any] = col(WorkOrder.ticket_id).label("ticket")
    return [
        columns(order, col(WorkOrder.dispatched_by).label("who")).where(~_was_heard()),
        _of_order(Reply.order_id, Reply.reviewed_by),
        *_answering(),
    ]


def _answering() -> list[Select[Any]]:
    return [
        _of_order(Reply.order_id, Reply.by),
        _of_order(Reply.order_id, Reply.signed_by),
        _of_order(Contact.order_id, Contact.by),
    ]


def _of_order(order_id: Any, who: Any) -> Select[Any]:
    """Return a hand in a work order, by its ticket."""
    ticket: Label[Any] = col(WorkOrder.ticket_id).label("ticket")
    return columns(ticket, col(who).label("who")).where(col(order_id) == WorkOrder.id)


def _was_heard() -> ColumnElement[bool]:
    """Return the condition that an order is done again because of what its sender took down."""
    heard = columns(col(Callback.id)).where(
        col(Callback.ticket_id) == WorkOrder.ticket_id,
        col(Callback.round) == WorkOrder.round,
        col(Callback.by) == WorkOrder.dispatched_by,
    )
    return heard.correlate(WorkOrder).exists()


def _asking() -> list[Select[Any]]:
    asked: Label[Any] = col(Callback.ticket_id).label("ticket")
    return [
        columns(asked, col(Callback.by).label("who")),
        columns(asked, col(CallbackAttempt.by).label("who")).where(
            col(CallbackAttempt.callback_id) == Callback.id
        ),
        columns(
            col(Rating.ticket_id).label("ticket"), col(RatingAspects.entered_by).label("who")
        ).where(col(RatingAspects.rating_id) == Rating.id),
    ]
