"""佐证材料 on an order's page: what its department may download, and what it may take away."""

from dataclasses import dataclass

from sqlmodel import Session

from dispatch.attachments import attachments, reading
from dispatch.attachments.models_attachments import State
from dispatch.models import WorkOrder
from hotline.console import moments
from hotline.console.frame import Viewer
from hotline.core.security import Permission

_KB = 1024


@dataclass(frozen=True)
class Line:
    """One file; without an address while its scanner has not answered."""

    id: str
    name: str
    url: str
    kilobytes: int
    at: str
    mine: bool


def files_of(session: Session, order: WorkOrder, viewer: Viewer, *, own: bool) -> list[Line] | None:
    """Return the files that the order's department sees, oldest first; None for who may not."""
    if Permission.ATTACHMENT_READ not in viewer.may:
        return None
    return [
        Line(
            id=str(row.public_id),
            name=attachments.name_of(session, row),
            url=f"/api/v1/work-orders/{order.number}/attachments/{row.public_id}"
            if row.state == State.READY
            else "",
            kilobytes=-(-row.size // _KB),
            at=moments.short(row.added_at),
            mine=own and row.department == viewer.actor.department and row.order_id == order.id,
        )
        for row in reading.of_order(session, order)
    ]
