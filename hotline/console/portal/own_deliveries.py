"""推送记录: one event on its way to one receiver, what it says and what came of it."""

import json
import uuid
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from dispatch.webhooks import deliveries, endpoints
from hotline.console.portal import own_frame, own_hook_views
from hotline.console.portal.own_frame import HOOKS, HookHolder
from hotline.core.clock import now
from hotline.core.events import MOST as MOST_ROWS
from hotline.web.access import SessionDep

router = APIRouter(prefix=f"{HOOKS}/{{webhook_id}}/deliveries", include_in_schema=False)

DeliveryId = Annotated[int, Path(ge=1, le=MOST_ROWS)]


@router.get("/{delivery_id}", response_class=HTMLResponse)
def show(
    viewer: HookHolder,
    webhook_id: uuid.UUID,
    delivery_id: DeliveryId,
    request: Request,
    session: SessionDep,
) -> Response:
    """Show the delivery with its content as it was sent."""
    if away := own_frame.elsewhere(viewer):
        return away
    row = endpoints.find(session, webhook_id, actor=viewer.actor)
    found = deliveries.find(session, row, delivery_id)
    told = {
        "hook": own_hook_views.endpoint(row),
        "at": f"{HOOKS}/{webhook_id}",
        "sent": own_hook_views.delivery(found),
        "body": json.dumps(json.loads(found.body), ensure_ascii=False, indent=2),
    }
    return own_frame.shown(request, "own_delivery.html", viewer, "webhooks", **told)


@router.post("/{delivery_id}/replay")
def replay(
    viewer: HookHolder, webhook_id: uuid.UUID, delivery_id: DeliveryId, session: SessionDep
) -> Response:
    """重发: send it once more, by its own id, before what its order has waiting."""
    if away := own_frame.elsewhere(viewer):
        return away
    row = endpoints.find(session, webhook_id, actor=viewer.actor)
    deliveries.replay(session, row, delivery_id, now=now())
    return RedirectResponse(f"{HOOKS}/{webhook_id}/deliveries/{delivery_id}", status_code=303)
