"""推送地址 over HTTP: a department's receivers, set up by its own system, leader or the site."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from dispatch.webhooks import deliveries, endpoints
from dispatch.webhooks.endpoints import Wanted
from dispatch.webhooks.models_webhooks import WebhookEndpoint
from hotline.api.fields import Code
from hotline.api.schemas_webhooks import (
    DeliveryOut,
    NewWebhook,
    ReplayedOut,
    ReplayIn,
    RotateIn,
    WebhookChangeIn,
    WebhookIn,
    WebhookList,
    WebhookOut,
)
from hotline.api.writes import Write, Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.core.settings import settings
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import Again, Body, as_kept
from hotline.web.problems import READING, WRITING
from hotline.web.versions import tag

router = APIRouter(prefix="/api/v1/webhooks", tags=["webhooks"], responses=READING)

Manager = Annotated[Actor, Depends(permit(Permission.WEBHOOK_MANAGE))]


@router.get("", operation_id="list_webhooks", summary="List webhooks (推送地址)")
def list_webhooks(
    actor: Manager, session: SessionDep, department: Annotated[Code, Query()] = ""
) -> WebhookList:
    """Return a department's own; an administrator's list is everybody's, or the one named."""
    found = endpoints.listed(session, endpoints.department_of(actor, department))
    return WebhookList(items=[WebhookOut.model_validate(each) for each in found])


@router.post(
    "",
    operation_id="create_webhook",
    summary="Add a webhook (新增推送地址)",
    status_code=201,
    response_model=NewWebhook,
    responses=WRITING,
)
def create_webhook(actor: Manager, given: WebhookIn, write: Writing) -> Any:
    """Return the receiver with its secret, which can't be shown a second time."""
    wanted = Wanted(given.url, given.label, tuple(given.types))
    shown: list[str] = []

    def make() -> WebhookOut:
        department = endpoints.department_of(actor, given.department)
        made, secret = endpoints.create(
            write.session,
            department,
            wanted,
            networks=settings().webhook_networks,
            actor=actor,
            now=now(),
        )
        shown.append(secret)
        return WebhookOut.model_validate(made)

    def again(kept: Body | None) -> Body:
        endpoints.find(write.session, uuid.UUID(as_kept(kept)["id"]), actor=actor)
        return as_kept(kept)

    return _with_secret(write.once(make, actor, given.model_dump_json(), again=again), shown)


@router.get("/{webhook_id}", operation_id="get_webhook", summary="Read a webhook")
def get_webhook(
    actor: Manager, webhook_id: uuid.UUID, session: SessionDep, response: Response
) -> WebhookOut:
    """Return the receiver; another department's is not there."""
    found = endpoints.find(session, webhook_id, actor=actor)
    tag(response, found.version)
    return WebhookOut.model_validate(found)


@router.patch(
    "/{webhook_id}",
    operation_id="change_webhook",
    summary="Change a webhook (修改推送地址)",
    response_model=WebhookOut,
    responses=WRITING,
)
def change_webhook(
    actor: Manager, webhook_id: uuid.UUID, given: WebhookChangeIn, write: Writing
) -> Any:
    """Send elsewhere, or other events, from now on; what waits is tried at once."""

    def act(row: WebhookEndpoint) -> None:
        wanted = Wanted(
            row.url if given.url is None else given.url,
            row.label if given.label is None else given.label,
            tuple(row.types if given.types is None else given.types),
        )
        networks = settings().webhook_networks
        endpoints.change(write.session, row, wanted, networks=networks, actor=actor, now=now())

    return _changed(write, actor, webhook_id, act, given.model_dump_json())


@router.delete(
    "/{webhook_id}",
    operation_id="delete_webhook",
    summary="Delete a webhook (删除推送地址)",
    status_code=204,
)
def delete_webhook(actor: Manager, webhook_id: uuid.UUID, session: SessionDep) -> None:
    """Forget the receiver with all that waits for it."""
    found = endpoints.find(session, webhook_id, actor=actor, lock=True)
    endpoints.remove(session, found, actor=actor, now=now())


@router.post(
    "/{webhook_id}/disable",
    operation_id="disable_webhook",
    summary="Disable a webhook (停用)",
    response_model=WebhookOut,
    responses=WRITING,
)
def disable_webhook(actor: Manager, webhook_id: uuid.UUID, write: Writing) -> Any:
    """停用: nothing is sent until it is enabled; what happens meanwhile is kept, in order."""
    return _changed(
        write,
        actor,
        webhook_id,
        lambda row: endpoints.disable(write.session, row, actor=actor, now=now()),
    )


@router.post(
    "/{webhook_id}/enable",
    operation_id="enable_webhook",
    summary="Enable a webhook (启用)",
    response_model=WebhookOut,
    responses=WRITING,
)
def enable_webhook(actor: Manager, webhook_id: uuid.UUID, write: Writing) -> Any:
    """启用: what waits is sent at once."""
    return _changed(
        write,
        actor,
        webhook_id,
        lambda row: endpoints.enable(write.session, row, actor=actor, now=now()),
    )


@router.post(
    "/{webhook_id}/rotate",
    operation_id="rotate_webhook_secret",
    summary="Rotate a webhook's secret (更换密钥)",
    response_model=NewWebhook,
    responses=WRITING,
)
def rotate_webhook_secret(
    actor: Manager, webhook_id: uuid.UUID, write: Writing, given: RotateIn | None = None
) -> Any:
    """更换密钥: return the new secret; the old one signs beside it for the hours named."""
    overlap = timedelta(hours=(given or RotateIn()).overlap_hours)
    shown: list[str] = []

    def act(row: WebhookEndpoint) -> None:
        shown.append(endpoints.rotate(write.session, row, overlap=overlap, actor=actor, now=now()))

    return _with_secret(_changed(write, actor, webhook_id, act, str(overlap)), shown)


@router.post(
    "/{webhook_id}/ping",
    operation_id="ping_webhook",
    summary="Send a test event (测试推送)",
    status_code=202,
    response_model=DeliveryOut,
    responses=WRITING,
)
def ping_webhook(actor: Manager, webhook_id: uuid.UUID, write: Writing) -> Any:
    """测试: send one event of type `webhook.ping`, once; its delivery tells what came of it."""

    def act() -> DeliveryOut:
        row = endpoints.find(write.session, webhook_id, actor=actor, lock=True)
        return DeliveryOut.model_validate(deliveries.ping(write.session, row, now=now()))

    return write.once(act, actor, "", again=_still_theirs(write, actor, webhook_id))


@router.post(
    "/{webhook_id}/replay",
    operation_id="replay_webhook",
    summary="Send again since a moment (重发)",
    response_model=ReplayedOut,
    responses=WRITING,
)
def replay_webhook(actor: Manager, webhook_id: uuid.UUID, given: ReplayIn, write: Writing) -> Any:
    """重发: each event since then once more, by its own id and in its order's order."""

    def act() -> ReplayedOut:
        row = endpoints.find(write.session, webhook_id, actor=actor, lock=True)
        count = deliveries.replay_since(
            write.session, row, given.since, only_dead=given.only_dead, now=now()
        )
        return ReplayedOut(replayed=count)

    again = _still_theirs(write, actor, webhook_id)
    return write.once(act, actor, given.model_dump_json(), again=again)


def _changed(
    write: Write,
    actor: Actor,
    webhook_id: uuid.UUID,
    act: Callable[[WebhookEndpoint], None],
    given: str = "",
) -> dict[str, Any]:
    changed: dict[str, Any] = write.change(
        lambda: endpoints.find(write.session, webhook_id, actor=actor, lock=True),
        act,
        lambda _session, row: WebhookOut.model_validate(row),
        actor,
        given,
    )
    return changed


def _still_theirs(write: Write, actor: Actor, webhook_id: uuid.UUID) -> Again:
    def again(kept: Body | None) -> Body:
        endpoints.find(write.session, webhook_id, actor=actor)
        return as_kept(kept)

    return again


def _with_secret(body: dict[str, Any], shown: list[str]) -> dict[str, Any]:
    """Return the answer with the secret; what is kept for repeated requests never holds it."""
    return {**body, "secret": shown[0] if shown else None}
