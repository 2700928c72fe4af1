"""推送地址和推送记录 as pages show them: codes become words, moments what one says."""

from typing import Annotated, Any

from fastapi import Query, Request, Response
from sqlmodel import Session

from dispatch.webhooks import deliveries, endpoints
from dispatch.webhooks.models_webhooks import DeliveryStatus, WebhookDelivery, WebhookEndpoint
from hotline.console import moments
from hotline.console.callings import called
from hotline.console.frame import Viewer
from hotline.console.portal import own_frame
from hotline.console.portal.own_frame import HOOKS
from hotline.console.words import name_of
from hotline.core.clock import now
from hotline.core.events import MOST as MOST_ROWS

SHOWN = 50
LISTED = (DeliveryStatus.WAITING, DeliveryStatus.DELIVERED, DeliveryStatus.DEAD)

Status = Annotated[str, Query(max_length=16)]
Before = Annotated[int, Query(ge=0, le=MOST_ROWS)]


def shown(
    request: Request,
    session: Session,
    viewer: Viewer,
    row: WebhookEndpoint,
    *,
    status: str = "",
    before: int = 0,
    replayed: int = -1,
    made: dict[str, str] | None = None,
) -> Response:
    """Return the page of one receiver: its state, its forms, and a page of its log."""
    only = next((each for each in LISTED if each == status), None)
    found = deliveries.listed(session, row, status=only, before=before, limit=SHOWN + 1)
    at = f"{HOOKS}/{row.id}"
    chosen = f"{at}?status={only}" if only else f"{at}?"
    people = called(session, {row.created_by, row.disabled_by} - {""})
    told: dict[str, Any] = {
        "hook": endpoint(row, people),
        "at": at,
        "made": made,
        "types": types(),
        "statuses": LISTED,
        "status": only,
        "rows": [delivery(each) for each in found[:SHOWN]],
        "before": before,
        "first": chosen,
        "older": found[SHOWN - 1].id if len(found) > SHOWN else None,
        "replayed": replayed,
    }
    return own_frame.shown(request, "own_hook.html", viewer, "webhooks", **told)


def endpoint(row: WebhookEndpoint, people: dict[str, str] | None = None) -> dict[str, Any]:
    """Return a receiver as a page shows it, never with its secret."""
    old = row.previous_until if row.previous_until and row.previous_until > now() else None
    known = people or {}
    return {
        "id": str(row.id),
        "url": row.url,
        "label": row.label,
        "types": list(row.types),
        "version": row.version,
        "at": moments.short(row.created_at),
        "by": known.get(row.created_by, row.created_by),
        "disabled": moments.short(row.disabled_at) if row.disabled_at else "",
        "disabled_by": known.get(row.disabled_by, row.disabled_by),
        "old_secret_until": moments.full(old) if old else "",
    }


def delivery(row: WebhookDelivery) -> dict[str, Any]:
    """Return a line of the log."""
    return {
        "id": row.id,
        "type": row.type,
        "type_name": name_of("own_event", row.type),
        "ticket": row.ticket,
        "sequence": row.sequence,
        "message": row.message,
        "status": row.status,
        "status_name": name_of("own_delivery", row.status),
        "tries": row.tries,
        "at": moments.short(row.at),
        "tried": moments.short(row.tried_at) if row.tried_at else "",
        "delivered": moments.short(row.delivered_at) if row.delivered_at else "",
        "answer": str(row.last_status or ""),
        "error": name_of("own_hook_error", row.last_error) if row.last_error else "",
    }


def types() -> list[tuple[str, str]]:
    """Return what a receiver may be told of, with its words, in the order of the words' table."""
    return sorted((each.value, name_of("own_event", each)) for each in endpoints.TYPES)
