"""接口密钥: the keys and OAuth clients of one's own department; a new secret is shown once."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from hotline.console import moments
from hotline.console.callings import called
from hotline.console.faults import Misfilled
from hotline.console.frame import Viewer
from hotline.console.portal import own_frame
from hotline.console.portal.own_frame import KEYS, KeyHolder
from hotline.console.portal.own_words import in_words
from hotline.console.words import say
from hotline.console.writes import LARGEST_ROW
from hotline.core import clients, keys, scopes
from hotline.core.clients import ApiClient
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.web.access import SessionDep

EVERYTHING = "all"  # no scopes at all are kept for it
MOST_SHOWN = 100  # of what was revoked, the newest

router = APIRouter(prefix=KEYS, include_in_schema=False)

Label = Annotated[str, Form(min_length=1, max_length=100)]
Scopes = Annotated[list[str] | None, Form(max_length=20)]


@router.get("", response_class=HTMLResponse)
def show(viewer: KeyHolder, request: Request, session: SessionDep) -> Response:
    """Show what the department's systems sign in with."""
    return own_frame.elsewhere(viewer) or _shown(request, session, viewer)


@router.post("", response_class=HTMLResponse)
def issue(
    viewer: KeyHolder, request: Request, session: SessionDep, label: Label, scope: Scopes = None
) -> Response:
    """发放密钥: answer with the key, which nobody can be shown a second time."""
    if away := own_frame.elsewhere(viewer):
        return away
    department, name = viewer.actor.department, _named(label)
    row, secret = keys.issue_key(
        session, department, name, _chosen(scope), actor=viewer.actor, now=now()
    )
    return _shown(request, session, viewer, made={"label": row.label, "secret": secret})


@router.post("/{key_id}/revoke")
def revoke(viewer: KeyHolder, key_id: int, session: SessionDep) -> Response:
    """吊销密钥: it is worthless from now on."""
    if away := own_frame.elsewhere(viewer):
        return away
    department = viewer.actor.department
    keys.revoke_key(session, department, _row(key_id), actor=viewer.actor, now=now())
    return _back()


@router.post("/clients", response_class=HTMLResponse)
def create_client(
    viewer: KeyHolder, request: Request, session: SessionDep, label: Label, scope: Scopes = None
) -> Response:
    """新增 OAuth 客户端: answer with its identifier and its first secret."""
    if away := own_frame.elsewhere(viewer):
        return away
    department, name = viewer.actor.department, _named(label)
    row, secret = clients.create_client(
        session, department, name, _chosen(scope), actor=viewer.actor, now=now()
    )
    made = {"label": row.label, "client": row.client_id, "secret": secret}
    return _shown(request, session, viewer, made=made)


@router.post("/clients/{client_id}/secrets", response_class=HTMLResponse)
def add_secret(
    viewer: KeyHolder, client_id: str, request: Request, session: SessionDep
) -> Response:
    """更换密钥: the next secret; the present one holds beside it until it is revoked."""
    if away := own_frame.elsewhere(viewer):
        return away
    client = _client(session, viewer, client_id)
    with in_words(conflict="own_keys.two_secrets"):
        _, secret = clients.add_secret(session, client, actor=viewer.actor, now=now())
    made = {"label": client.label, "client": client.client_id, "secret": secret}
    return _shown(request, session, viewer, made=made)


@router.post("/clients/{client_id}/secrets/{secret_id}/revoke")
def revoke_secret(
    viewer: KeyHolder, client_id: str, secret_id: int, session: SessionDep
) -> Response:
    """吊销客户端的一个密钥: every token that was given for it ends with it."""
    if away := own_frame.elsewhere(viewer):
        return away
    client = _client(session, viewer, client_id)
    clients.revoke_secret(session, client, _row(secret_id), actor=viewer.actor, now=now())
    return _back()


@router.post("/clients/{client_id}/revoke")
def revoke_client(viewer: KeyHolder, client_id: str, session: SessionDep) -> Response:
    """吊销客户端: it, its secrets and its tokens are worthless from now on."""
    if away := own_frame.elsewhere(viewer):
        return away
    client = _client(session, viewer, client_id)
    clients.revoke_client(session, client, actor=viewer.actor, now=now())
    return _back()


def _back() -> Response:
    return RedirectResponse(KEYS, status_code=303)


def _row(given: int) -> int:
    if not 0 < given <= LARGEST_ROW:
        raise NotFound("There is no such key.", remedy="Take one from the list.")
    return given


def _client(session: Session, viewer: Viewer, client_id: str) -> ApiClient:
    return clients.find(session, viewer.actor.department, client_id.replace("\0", ""))


def _named(label: str) -> str:
    name = label.replace("\0", "").strip()
    if not name:
        raise Misfilled(say("own_keys.no_label"))
    return name


def _chosen(given: list[str] | None) -> list[str]:
    """Return the scopes that were ticked; none for everything, which is a tick of its own."""
    ticked = [each for each in given or [] if each in (*scopes.ALL, EVERYTHING)]
    if not ticked:
        raise Misfilled(say("own_keys.no_scope"))
    return [] if EVERYTHING in ticked else ticked


def _shown(
    request: Request, session: Session, viewer: Viewer, *, made: dict[str, str] | None = None
) -> Response:
    department = viewer.actor.department
    issued, made_for = keys.keys_of(session, department), clients.clients_of(session, department)
    by = {each.created_by for each in issued} | {each.created_by for each in made_for}
    people = called(session, by)
    listed = [_key(each, people) for each in reversed(issued)]
    systems = [_system(session, each, people) for each in reversed(made_for)]
    told: dict[str, Any] = {
        "made": made,
        "scopes": scopes.ALL,
        "everything": EVERYTHING,
        "keys": [each for each in listed if not each["revoked"]],
        "revoked": [each for each in listed if each["revoked"]][:MOST_SHOWN],
        "clients": [each for each in systems if not each["revoked"]],
        "gone": [each for each in systems if each["revoked"]][:MOST_SHOWN],
    }
    return own_frame.shown(request, "own_keys.html", viewer, "keys", **told)


def _key(row: keys.ApiKey | ApiClient, people: dict[str, str]) -> dict[str, Any]:
    return {
        "id": row.id,
        "label": row.label,
        "shown": row.shown if isinstance(row, keys.ApiKey) else row.client_id,
        "scopes": row.scopes.split(),
        "at": moments.short(row.created_at),
        "by": people.get(row.created_by, row.created_by),
        "revoked": moments.short(row.revoked_at) if row.revoked_at else "",
    }


def _system(session: Session, row: ApiClient, people: dict[str, str]) -> dict[str, Any]:
    kept = clients.secrets_of(session, row)
    secrets = [
        {"id": each.id, "shown": each.shown, "at": moments.short(each.created_at)}
        for each in kept
        if each.revoked_at is None
    ]
    return {**_key(row, people), "secrets": secrets, "may_add": len(secrets) < clients.MOST_SECRETS}
