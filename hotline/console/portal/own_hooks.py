"""推送地址: the department's receivers, their state, and what is done with one."""

import uuid
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.webhooks import deliveries, endpoints
from dispatch.webhooks.addresses import LONGEST_URL
from dispatch.webhooks.endpoints import Wanted
from dispatch.webhooks.models_webhooks import WebhookEndpoint
from hotline.console import form_times
from hotline.console.faults import Misfilled
from hotline.console.frame import Viewer
from hotline.console.portal import own_frame, own_hook_views
from hotline.console.portal.own_frame import HOOKS, HookHolder
from hotline.console.portal.own_words import in_words
from hotline.console.words import say
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import now
from hotline.core.errors import Stale
from hotline.core.settings import settings
from hotline.web.access import SessionDep

router = APIRouter(prefix=HOOKS, include_in_schema=False)

Url = Annotated[str, Form(min_length=1, max_length=LONGEST_URL)]
Label = Annotated[str, Form(max_length=100)]
Types = Annotated[list[str] | None, Form(max_length=60)]


@router.get("", response_class=HTMLResponse)
def show(viewer: HookHolder, request: Request, session: SessionDep) -> Response:
    """Show the receivers, and what came of the last event to each."""
    return own_frame.elsewhere(viewer) or _listed(request, session, viewer)


@router.post("", response_class=HTMLResponse)
def add(
    viewer: HookHolder,
    request: Request,
    session: SessionDep,
    url: Url,
    label: Label = "",
    type: Types = None,
) -> Response:
    """新增推送地址: answer with its secret, which nobody can be shown a second time."""
    if away := own_frame.elsewhere(viewer):
        return away
    with in_words(invalid="own_hooks.bad_url", conflict="own_hooks.too_many"):
        row, secret = endpoints.create(
            session,
            viewer.actor.department,
            _wanted(url, label, type),
            networks=settings().webhook_networks,
            actor=viewer.actor,
            now=now(),
        )
    made = {"label": row.label or row.url, "secret": secret}
    return _listed(request, session, viewer, made=made)


@router.post("/{webhook_id}/change")
def change(
    viewer: HookHolder,
    webhook_id: uuid.UUID,
    session: SessionDep,
    url: Url,
    version: Annotated[int, Form()],
    label: Label = "",
    type: Types = None,
) -> Response:
    """修改推送地址: what waits is tried at once, by the new one."""
    if away := own_frame.elsewhere(viewer):
        return away
    row = endpoints.find(session, webhook_id, actor=viewer.actor, lock=True)
    if row.version != version:
        raise Stale(f"Webhook {webhook_id} is at version {row.version}, not {version}.")
    networks = settings().webhook_networks
    with in_words(invalid="own_hooks.bad_url"):
        wanted = _wanted(url, label, type)
        endpoints.change(session, row, wanted, networks=networks, actor=viewer.actor, now=now())
    return _to(webhook_id)


@router.post("/{webhook_id}/rotate", response_class=HTMLResponse)
def rotate(
    viewer: HookHolder,
    webhook_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    hours: Annotated[int, Form(ge=0, le=168)],
) -> Response:
    """更换密钥: answer with the new one; the old one signs beside it for so many hours."""
    if away := own_frame.elsewhere(viewer):
        return away
    row = endpoints.find(session, webhook_id, actor=viewer.actor, lock=True)
    overlap = timedelta(hours=hours)
    secret = endpoints.rotate(session, row, overlap=overlap, actor=viewer.actor, now=now())
    made = {"label": row.label or row.url, "secret": secret}
    return own_hook_views.shown(request, session, viewer, row, made=made)


@router.post("/{webhook_id}/ping")
def ping(viewer: HookHolder, webhook_id: uuid.UUID, session: SessionDep) -> Response:
    """测试推送: one event, sent once; its own page says what came of it."""
    if away := own_frame.elsewhere(viewer):
        return away
    row = endpoints.find(session, webhook_id, actor=viewer.actor, lock=True)
    with in_words(conflict="own_hooks.is_disabled"):
        sent = deliveries.ping(session, row, now=now())
    return RedirectResponse(f"{HOOKS}/{webhook_id}/deliveries/{sent.id}", status_code=303)


@router.post("/{webhook_id}/replay")
def replay(
    viewer: HookHolder,
    webhook_id: uuid.UUID,
    session: SessionDep,
    since: Annotated[str, Form(max_length=32)],
    only_dead: Annotated[bool, Form()] = False,
) -> Response:
    """重发: what happened since then once more, by its own id and in its order's order."""
    if away := own_frame.elsewhere(viewer):
        return away
    moment = form_times.moment(since)
    if moment is None:
        raise Misfilled(say("fault.no_moment"))
    row = endpoints.find(session, webhook_id, actor=viewer.actor, lock=True)
    count = deliveries.replay_since(session, row, moment, only_dead=only_dead, now=now())
    return RedirectResponse(f"{HOOKS}/{webhook_id}?replayed={count}", status_code=303)


@router.post("/{webhook_id}/disable")
def disable(viewer: HookHolder, webhook_id: uuid.UUID, session: SessionDep) -> Response:
    """停用: what happens meanwhile is kept, in order."""
    if away := own_frame.elsewhere(viewer):
        return away
    row = endpoints.find(session, webhook_id, actor=viewer.actor, lock=True)
    endpoints.disable(session, row, actor=viewer.actor, now=now())
    return _to(webhook_id)


@router.post("/{webhook_id}/enable")
def enable(viewer: HookHolder, webhook_id: uuid.UUID, session: SessionDep) -> Response:
    """启用: what waits is sent at once."""
    if away := own_frame.elsewhere(viewer):
        return away
    row = endpoints.find(session, webhook_id, actor=viewer.actor, lock=True)
    endpoints.enable(session, row, actor=viewer.actor, now=now())
    return _to(webhook_id)


@router.post("/{webhook_id}/delete")
def delete(viewer: HookHolder, webhook_id: uuid.UUID, session: SessionDep) -> Response:
    """删除: it is forgotten with all that waits for it."""
    if away := own_frame.elsewhere(viewer):
        return away
    row = endpoints.find(session, webhook_id, actor=viewer.actor, lock=True)
    endpoints.remove(session, row, actor=viewer.actor, now=now())
    return RedirectResponse(HOOKS, status_code=303)


@router.get("/{webhook_id}", response_class=HTMLResponse)
def show_one(
    viewer: HookHolder,
    webhook_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    status: own_hook_views.Status = "",
    before: own_hook_views.Before = 0,
    replayed: Annotated[int, Query(ge=-1, le=LARGEST_ROW)] = -1,
) -> Response:
    """Show one receiver with its log, the newest first."""
    if away := own_frame.elsewhere(viewer):
        return away
    row = endpoints.find(session, webhook_id, actor=viewer.actor)
    return own_hook_views.shown(
        request, session, viewer, row, status=status, before=before, replayed=replayed
    )


def _wanted(url: str, label: str, types: list[str] | None) -> Wanted:
    """Return what was asked for; an event that no receiver is ever told of is left out."""
    told = tuple(each for each in types or [] if each in endpoints.TYPES)
    return Wanted(url.replace("\0", "").strip(), label.replace("\0", "").strip(), told)


def _to(webhook_id: uuid.UUID) -> Response:
    return RedirectResponse(f"{HOOKS}/{webhook_id}", status_code=303)


def _listed(
    request: Request, session: Session, viewer: Viewer, *, made: dict[str, str] | None = None
) -> Response:
    found = endpoints.listed(session, viewer.actor.department)
    told: dict[str, Any] = {
        "made": made,
        "hooks": [_line(session, each) for each in found],
        "full": len(found) >= endpoints.MOST,
        "most": endpoints.MOST,
        "types": own_hook_views.types(),
    }
    return own_frame.shown(request, "own_hooks.html", viewer, "webhooks", **told)


def _line(session: Session, row: WebhookEndpoint) -> dict[str, Any]:
    last = deliveries.listed(session, row, limit=1)
    return {
        **own_hook_views.endpoint(row),
        "last": own_hook_views.delivery(last[0]) if last else None,
    }
