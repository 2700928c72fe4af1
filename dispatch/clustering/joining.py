"""并单的条件: who may be merged with whom."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from dispatch.beside.models_beside import Suspension
from dispatch.clustering import cluster_record
from dispatch.clustering.following import FOLLOWING, require_lead
from dispatch.handling import cases, leads, orders, recusals
from dispatch.models import Confidentiality, Ticket
from dispatch.states import OPEN_ORDERS, OrderStatus, TicketStatus
from dispatch.terms import RequestType
from hotline.core.errors import Conflict, Invalid
from knowledge.models import District

MOST_AT_ONCE = 200
ALONE = (Confidentiality.CONFIDENTIAL, Confidentiality.SEALED)


def check(session: Session, main: Ticket, members: Sequence[Ticket]) -> None:
    """Raise Invalid or Conflict when one of these tickets can't be merged into the main one."""
    numbers = [main.number, *(each.number for each in members)]
    if not members or len(members) > MOST_AT_ONCE:
        raise Invalid(
            f"{len(members)} tickets were named to be merged.",
            remedy=f"Name one to {MOST_AT_ONCE} beside the main one.",
        )
    if len(set(numbers)) < len(numbers):
        raise Invalid("A ticket was named twice.", remedy="Name each one once.")
    require_may_lead(session, main)
    for each in members:
        _require_open(each)
    for each in members:
        _require_free(session, main, each)
        _require_not_accusing(session, main, each)
    require_one_district(session, main, members)


def require_may_lead(session: Session, main: Ticket) -> None:
    """Raise Conflict when no other ticket can follow this one, whichever it is."""
    require_lead(session, main)
    _require_open(main)


def require_one_district(session: Session, main: Ticket, members: Sequence[Ticket]) -> None:
    """Raise Conflict for a district that neither lies in the main ticket's nor holds it.

    Another county's matter is another unit's duty: one order can't answer for both.
    """
    above_main = _upwards(session, main.district)
    for each in members:
        if each.district not in above_main and main.district not in _upwards(
            session, each.district
        ):
            raise Conflict(
                f"Ticket {each.number} belongs to district {each.district}, "
                f"main {main.number} to {main.district}.",
                remedy="Merge tickets of one district, or under one of the level above.",
            )


def stays_alone(ticket: Ticket) -> bool:
    """Return whether no other request may tell of this one: 举报, and what is confidential."""
    return ticket.confidentiality in ALONE or ticket.request_type == RequestType.REPORT


def waits(session: Session, ticket: Ticket) -> bool:
    """Return whether a 挂账 or a 会商 is open over the ticket: neither can be merged away."""
    suspended = select(Suspension.id).where(
        Suspension.ticket_id == ticket.id, col(Suspension.ended_at).is_(None)
    )
    return bool(session.exec(suspended).first() or cases.open_of(session, ticket))


def _require_open(ticket: Ticket) -> None:
    if ticket.status not in FOLLOWING:
        raise Conflict(
            f"Ticket {ticket.number} is {ticket.status}: it can't be merged.",
            remedy="Merge tickets that wait to be dispatched or to be answered.",
        )
    if stays_alone(ticket):
        raise Conflict(
            f"Ticket {ticket.number} is confidential.",
            remedy="A 举报 stays alone: no other request may tell of it.",
        )


def _require_not_accusing(session: Session, main: Ticket, member: Ticket) -> None:
    """Refuse a request that accuses who has the main ticket: it would read these words."""
    for order in orders.of_ticket(session, main):
        if order.status in OPEN_ORDERS:
            recusals.require_not_accused(session, member, order.department)


def _require_free(session: Session, main: Ticket, member: Ticket) -> None:
    known = cluster_record.of_ticket(session, member)
    if known:
        leader = cluster_record.main_of(session, known)
        raise Conflict(
            f"Ticket {member.number} is in the cluster of {leader.number} already.",
            remedy="Unmerge it there first.",
        )
    if waits(session, member):
        raise Conflict(
            f"Ticket {member.number} is suspended or contested.",
            remedy="End the suspension, or decide who answers for it, first; or make it the main.",
        )
    _require_unanswered(session, member)
    if member.status == TicketStatus.DISPATCHED and main.status == TicketStatus.REGISTERED:
        raise Conflict(
            f"Ticket {member.number} is dispatched and main {main.number} is not.",
            remedy=f"Take {member.number} as the main ticket.",
        )


def _require_unanswered(session: Session, member: Ticket) -> None:
    """Raise Conflict for an answer of its own that stands, or that a merge would throw away."""
    lead = leads.leading(session, member)
    if lead and lead.status == OrderStatus.COMPLETED:
        raise Conflict(
            f"Ticket {member.number} is answered already by {lead.number}.",
            remedy="Leave it to its own callback.",
        )
    replied = [each for each in leads.shares(session, member) if each.status == OrderStatus.REPLIED]
    if replied:
        raise Conflict(
            f"The reply of order {replied[0].number} waits for review.",
            remedy="Review it first; or make its ticket the main one.",
        )


def _upwards(session: Session, code: str) -> list[str]:
    """Return the district's code and those above it."""
    codes: list[str] = []
    while code and code not in codes:
        codes.append(code)
        district = session.get(District, code)
        code = district.parent if district else ""
    return codes
