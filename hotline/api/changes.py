"""The feed of a department's orders: what happened since it last asked, nothing skipped."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session

from dispatch import feed
from hotline.api.fields import Code, Instant
from hotline.api.schemas_orders import ChangeOut, ChangePage
from hotline.core.accounts import Actor
from hotline.core.errors import Invalid
from hotline.core.events import Cursor, Event
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.problems import READING

router = APIRouter(prefix="/api/v1/work-orders/changes", tags=["work orders"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.ORDER_READ))]
Since = Annotated[
    Code,
    Query(
        description="The last answer's `next`, or a moment (RFC 3339); left out: all there is.",
        examples=["2026-11-25T12:00:00+08:00"],
    ),
]
LARGEST = 2**63 - 1

_moment: TypeAdapter[Instant] = TypeAdapter(Instant)


@router.get("", operation_id="list_work_order_changes", summary="Follow the work orders")
def list_changes(actor: Reader, session: SessionDep, since: Since = "") -> ChangePage:
    """Return what was committed since: orders, their clocks and the requester's reminders."""
    after = _cursor(session, since) if since else Cursor()
    found = feed.read(session, after, reader=actor)
    items = [_change_out(event) for event in found.events]
    return ChangePage(items=items, next=str(found.next), more=found.more)


def _change_out(event: Event) -> ChangeOut:
    place = Cursor(event.xid, event.id or 0)
    return ChangeOut(
        id=str(place), at=event.at, type=event.type, actor=event.actor, refs=event.refs
    )


def _cursor(session: Session, since: str) -> Cursor:
    try:
        if "T" in since:
            return feed.before(session, _moment.validate_python(since))
        cursor = Cursor.parse(since)
    except (ValueError, ValidationError) as error:
        raise Invalid(
            f"{since!r} is neither a cursor of ours nor a moment.",
            remedy="Send the last answer's `next`, or a time like 2026-11-25T12:00:00+08:00.",
        ) from error
    if not (0 <= cursor.xid <= LARGEST and 0 <= cursor.id <= LARGEST):
        raise Invalid(f"{since!r} is no cursor of ours.", remedy="Send the last answer's `next`.")
    return cursor
