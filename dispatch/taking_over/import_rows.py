"""导入工单的各行: what one ticket of another system is in our tables. Nobody is told of history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dispatch import tickets
from dispatch.callback import callback_plan
from dispatch.handling.replies import COMPLETED
from dispatch.models import Ticket
from dispatch.numbers import order_number
from dispatch.states import OrderStatus, TicketStatus
from dispatch.taking_over.import_clocks import OldClock
from dispatch.taking_over.import_lines import ImportedStatus, OldTicket, Share
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.events import Audience, EventType, News
from hotline.core.masking import mask_text
from hotline.core.privacy import Person

VIA = "imported"
Values = dict[str, Any]  # a row: an object each would take half of an import's time
S = ImportedStatus
_TICKET = {
    S.REGISTERED: TicketStatus.REGISTERED,
    S.DISPATCHED: TicketStatus.DISPATCHED,
    S.ACCEPTED: TicketStatus.DISPATCHED,
    S.REPLIED: TicketStatus.DISPATCHED,
    S.AWAITING_CALLBACK: TicketStatus.AWAITING_CALLBACK,
    S.CLOSED: TicketStatus.CLOSED,
}
_ORDER = {
    S.DISPATCHED: OrderStatus.DISPATCHED,
    S.ACCEPTED: OrderStatus.ACCEPTED,
    S.REPLIED: OrderStatus.REPLIED,
    S.AWAITING_CALLBACK: OrderStatus.COMPLETED,
    S.CLOSED: OrderStatus.COMPLETED,
}


@dataclass(frozen=True, slots=True)
class Ready:
    """One line that is to be written: its ticket, its clocks, and when its caller is rung."""

    old: OldTicket
    content: str
    clocks: list[OldClock]
    callback_at: datetime | None


def ticket_of(old: OldTicket, id: int, person: Person, *, origin: str, now: datetime) -> Ticket:
    """Return the ticket with the number that it had there."""
    masked = privacy.mask_text(old.text)
    return Ticket(
        id=id,
        number=old.number,
        status=_TICKET[old.status],
        source=old.source,
        request_type=old.request_type,
        category=list(old.category),
        district=old.district,
        urgency=old.urgency,
        time_class=old.time_class,
        confidentiality=tickets.confidentiality_of(old.request_type),
        title=tickets.title_of(masked),
        text=masked,
        sealed_text=privacy.seal(person, old.text, "ticket"),
        person_id=person.id,
        origin=origin,
        closing=old.closing,
        created_at=old.registered_at,
        closed_at=old.closed_at,
        updated_at=now,
    )


def order_of(old: OldTicket, share: Share, id: int, ticket: Ticket, actor: Actor) -> Values:
    """Return the department's order."""
    return {
        "id": id,
        "number": order_number(old.number, 1),
        "ticket_id": ticket.id,
        "department": share.department,
        "status": _ORDER[old.status],
        "dispatched_at": share.dispatched_at,
        "dispatched_by": str(actor),
    }


def reply_of(old: OldTicket, share: Share, order: Values, actor: Actor) -> Values | None:
    """Return the answer, if there is one; it stands unless it awaits review."""
    if share.replied_at is None:
        return None
    stands = old.status is not S.REPLIED
    return {
        "order_id": order["id"],
        "at": share.replied_at,
        "by": str(actor),
        "result": mask_text(share.result),
        "is_true": share.is_true,
        "is_solved": share.is_solved,
        "unsolved_reason": "" if share.is_solved else mask_text(share.result),
        "public_reply": mask_text(share.public_reply),
        "reviewed_at": share.replied_at if stands else None,
        "reviewed_by": str(actor) if stands else "",
        "verdict": COMPLETED if stands else "",
    }


def answer_of(old: OldTicket, ticket: Ticket, actor: Actor) -> Values | None:
    """Return what the requester was told when no department had the ticket (直接答复)."""
    if not old.answer:
        return None
    text = mask_text(old.answer)
    return {"ticket_id": ticket.id, "text": text, "at": old.closed_at, "by": str(actor)}


def alarms_of(clock: OldClock, id: int, *, now: datetime) -> list[Values]:
    """Return the thresholds that the clock had missed: they count as struck with the import."""
    return [
        {"clock_id": id, "generation": clock.clock.generation, "threshold": passed, "at": now}
        for passed in clock.passed
    ]


def callback_of(ready: Ready, ticket: Ticket) -> Values | None:
    """Return the call that is still to be made, if there is one."""
    if ready.callback_at is None:
        return None
    return {
        "ticket_id": ticket.id,
        "round": 1,
        "mode": callback_plan.mode_for(ticket),
        "status": callback_plan.CallbackStatus.PLANNED,
        "planned_for": ready.callback_at,
    }


def rating_of(old: OldTicket, ticket: Ticket) -> Values | None:
    """Return what the requester had expressed, if they had."""
    if old.satisfaction is None:
        return None
    return {
        "ticket_id": ticket.id,
        "at": old.closed_at,
        "satisfaction": old.satisfaction,
        "via": VIA,
    }


def news_of(ready: Ready, *, origin: str, actor: Actor, now: datetime) -> News:
    """Return the one event that begins the ticket's history here."""
    old = ready.old
    refs = {
        "ticket": old.number,
        "origin": origin,
        "status": old.status.value,
        "content": ready.content,
    }
    chain = f"ticket:{old.number}"
    return News(EventType.TICKET_IMPORTED, chain, str(actor), now, Audience.CALLER, refs)
