"""推送记录: what was sent to an endpoint and what became of it; sent again when somebody asks."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, text, update
from sqlmodel import Session, col, func, or_, select

from dispatch.sealing import reach
from dispatch.webhooks import lanes
from dispatch.webhooks.lanes import Owed
from dispatch.webhooks.models_webhooks import (
    DeliveryStatus,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookLane,
)
from hotline.core.errors import Conflict, NotFound

PING = "webhook.ping"

_DUE = text(
    "UPDATE webhook_lane SET due_at = :now WHERE id IN (SELECT lane_id FROM webhook_delivery "
    "WHERE endpoint_id = :endpoint AND status = 'waiting' AND at >= :since)"
)


def listed(
    session: Session,
    endpoint: WebhookEndpoint,
    *,
    status: DeliveryStatus | None = None,
    before: int = 0,
    limit: int = 50,
) -> Sequence[WebhookDelivery]:
    """Return the endpoint's deliveries, the newest first; `before` is the id of the last one seen.

    What was withheld is not among them, nor what was sent of a ticket that is sealed since.
    """
    query = select(WebhookDelivery).where(WebhookDelivery.endpoint_id == endpoint.id)
    query = query.where(WebhookDelivery.status != DeliveryStatus.WITHHELD, *_tells_of_no_sealed())
    if status:
        query = query.where(WebhookDelivery.status == status)
    if before:
        query = query.where(col(WebhookDelivery.id) < before)
    return session.exec(query.order_by(col(WebhookDelivery.id).desc()).limit(limit)).all()


def find(session: Session, endpoint: WebhookEndpoint, delivery_id: int) -> WebhookDelivery:
    """Return the endpoint's delivery; raise NotFound."""
    query = select(WebhookDelivery).where(
        WebhookDelivery.id == delivery_id,
        WebhookDelivery.endpoint_id == endpoint.id,
        WebhookDelivery.status != DeliveryStatus.WITHHELD,
        *_tells_of_no_sealed(),
    )
    found = session.exec(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound(f"There is no delivery {delivery_id}.", remedy="Take one from the list.")
    return found


def replay(
    session: Session, endpoint: WebhookEndpoint, delivery_id: int, *, now: datetime
) -> WebhookDelivery:
    """重发: send one again, by the same id, before what its order has waiting after it."""
    lane_id = find(session, endpoint, delivery_id).lane_id
    lane = session.exec(
        select(WebhookLane).where(WebhookLane.id == lane_id).with_for_update()
    ).one()
    session.refresh(lane)
    found = find(session, endpoint, delivery_id)  # as it is now that nobody else changes it
    found.status, found.tries, lane.due_at = DeliveryStatus.WAITING, 0, now
    session.flush()
    return found


def replay_since(
    session: Session,
    endpoint: WebhookEndpoint,
    since: datetime,
    *,
    only_dead: bool = False,
    now: datetime,
) -> int:
    """重发: send what happened since the moment again, in order; return how many events that is."""
    lanes.hold_all(session, endpoint.id)
    again = [DeliveryStatus.DEAD, DeliveryStatus.WAITING]
    if not only_dead:
        again.append(DeliveryStatus.DELIVERED)
    found = session.exec(
        update(WebhookDelivery)
        .where(col(WebhookDelivery.endpoint_id) == endpoint.id)
        .where(col(WebhookDelivery.at) >= since, col(WebhookDelivery.type) != PING)
        .where(col(WebhookDelivery.status).in_(again), *_tells_of_no_sealed())
        .values(status=DeliveryStatus.WAITING, tries=0)
    )
    session.execute(_DUE, {"endpoint": endpoint.id, "since": since, "now": now})
    return found.rowcount


def ping(session: Session, endpoint: WebhookEndpoint, *, now: datetime) -> WebhookDelivery:
    """测试: send a test event, once; raise Conflict while the endpoint is disabled."""
    if endpoint.disabled_at is not None:
        raise Conflict("A disabled webhook is sent nothing.", remedy="Enable it first.")
    message = f"ping-{uuid.uuid4()}"
    data = {"webhook": str(endpoint.id)}
    lanes.owe(session, [Owed(endpoint.id, lanes.PINGS, message, PING, "", now, data)], now=now)
    return session.exec(
        select(WebhookDelivery).where(
            WebhookDelivery.endpoint_id == endpoint.id, WebhookDelivery.message == message
        )
    ).one()


def forget(session: Session, *, before: datetime) -> int:
    """Delete what was owed before the moment, but for what still waits and may yet be sent."""
    silent = select(WebhookEndpoint.id).where(col(WebhookEndpoint.disabled_at) < before)
    old = session.exec(
        delete(WebhookDelivery)
        .where(col(WebhookDelivery.owed_at) < before)
        .where(
            or_(
                col(WebhookDelivery.status) != DeliveryStatus.WAITING,
                col(WebhookDelivery.endpoint_id).in_(silent),
            )
        )
    )
    return old.rowcount


def _tells_of_no_sealed() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that neither the event's ticket nor the order it is told by is sealed.

    A delivery by the order of a cluster's main ticket tells of two tickets.
    """
    subject: Any = select(func.regexp_replace(WebhookLane.subject, "-[0-9]+$", ""))
    mine = subject.where(WebhookLane.id == WebhookDelivery.lane_id)
    number = mine.correlate(WebhookDelivery).scalar_subquery()
    return (
        reach.may_leave_by_number(col(WebhookDelivery.ticket)),
        reach.may_leave_by_number(number),
    )
