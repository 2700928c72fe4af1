"""How 协办 is shown: a request, and what the assisting units did."""

from sqlmodel import Session

from dispatch.handling import co_handling, orders, replies
from dispatch.handling.models_co_handling import CoHandling
from dispatch.models import WorkOrder
from hotline.api.order_views import order_summary, reply_out
from hotline.api.schemas_co_handling import CoHandlingOut, HelpOut, OrderHelp, ShareOut


def help_out(session: Session, order: WorkOrder, row: CoHandling) -> HelpOut:
    """Return the request and what came of it."""
    assisting = session.get_one(WorkOrder, row.assisting_id) if row.assisting_id else None
    return HelpOut(
        count=row.count,
        department=row.department,
        reason=row.reason,
        status=co_handling.status_of(order, row),
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        note=row.note,
        assisting=assisting.number if assisting else None,
    )


def help_line(session: Session, row: CoHandling, order: WorkOrder) -> OrderHelp:
    """Return one line of the list of requests."""
    return OrderHelp(
        **help_out(session, order, row).model_dump(),
        order=order.number,
        lead=order.department,
        ticket=orders.ticket_of(session, order).number,
    )


def of_order(session: Session, order: WorkOrder) -> CoHandlingOut:
    """Return whose help was asked for, and each assisting unit's share with its given replies."""
    asked = [help_out(session, order, each) for each in co_handling.of_order(session, order)]
    shares = [
        ShareOut(
            **order_summary(session, each).model_dump(),
            replies=[
                reply_out(reply)
                for reply in replies.replies_of(session, each)
                if not reply.awaits_signature
            ],
        )
        for each in co_handling.shares(session, order)
    ]
    return CoHandlingOut(asked=asked, shares=shares)
