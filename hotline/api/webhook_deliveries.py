"""推送记录 over HTTP: what was sent to a receiver, page by page, and one sent again."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from dispatch.webhooks import deliveries, endpoints
from dispatch.webhooks.models_webhooks import DeliveryStatus
from hotline.api.schemas_webhooks import DeliveryOut, DeliveryPage
from hotline.api.webhooks import Manager
from hotline.api.writes import Writing
from hotline.core.clock import now
from hotline.core.events import MOST as MOST_ROWS
from hotline.web.access import SessionDep
from hotline.web.idempotency import Body, as_kept
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING

router = APIRouter(
    prefix="/api/v1/webhooks/{webhook_id}/deliveries", tags=["webhooks"], responses=READING
)

DeliveryId = Annotated[int, Path(ge=1, le=MOST_ROWS)]


@router.get("", operation_id="list_webhook_deliveries", summary="List deliveries (推送记录)")
def list_webhook_deliveries(
    actor: Manager,
    webhook_id: uuid.UUID,
    session: SessionDep,
    request: Request,
    response: Response,
    status: DeliveryStatus | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> DeliveryPage:
    """Return what was sent or waits, the newest first; `status=dead` is what was given up."""
    endpoint = endpoints.find(session, webhook_id, actor=actor)
    seen = decode_cursor(cursor)
    before = seen[1] if seen else 0
    found = deliveries.listed(session, endpoint, status=status, before=before, limit=limit)
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(last.at, last.id or 0) if last else None
    link_next(request, response, following)
    return DeliveryPage(items=[DeliveryOut.model_validate(each) for each in found], next=following)


@router.get(
    "/{delivery_id}", operation_id="get_webhook_delivery", summary="Read a delivery (推送记录)"
)
def get_webhook_delivery(
    actor: Manager, webhook_id: uuid.UUID, delivery_id: DeliveryId, session: SessionDep
) -> DeliveryOut:
    """Return one event's delivery, and what its last try came to."""
    endpoint = endpoints.find(session, webhook_id, actor=actor)
    return DeliveryOut.model_validate(deliveries.find(session, endpoint, delivery_id))


@router.post(
    "/{delivery_id}/replay",
    operation_id="replay_webhook_delivery",
    summary="Send one again (重发)",
    response_model=DeliveryOut,
    responses=WRITING,
)
def replay_webhook_delivery(
    actor: Manager,
    webhook_id: uuid.UUID,
    delivery_id: DeliveryId,
    write: Writing,
) -> Any:
    """重发: send the event once more, by its own id, before what its order has waiting."""

    def act() -> DeliveryOut:
        row = endpoints.find(write.session, webhook_id, actor=actor)
        return DeliveryOut.model_validate(
            deliveries.replay(write.session, row, delivery_id, now=now())
        )

    def again(kept: Body | None) -> Body:
        endpoint = endpoints.find(write.session, webhook_id, actor=actor)
        deliveries.find(write.session, endpoint, delivery_id)
        return as_kept(kept)

    return write.once(act, actor, "", again=again)
