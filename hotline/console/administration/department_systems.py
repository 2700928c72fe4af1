"""What one department's systems hold: keys, clients and the addresses that are told of orders."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from dispatch.webhooks import endpoints
from dispatch.webhooks.models_webhooks import WebhookEndpoint
from hotline.console import moments
from hotline.console.callings import called
from hotline.console.frame import Viewer
from hotline.core import clients, keys, scopes
from knowledge.models import Department


@dataclass(frozen=True)
class Key:
    """A key or a client's secret, by what is shown of it."""

    id: int
    shown: str
    label: str
    scopes: str
    since: str
    by: str
    revoked: str


@dataclass(frozen=True)
class Client:
    """An OAuth2 client with its secrets."""

    id: str
    label: str
    scopes: str
    since: str
    by: str
    revoked: str
    secrets: list[Key]


@dataclass(frozen=True)
class Hook:
    """One receiver."""

    id: str
    url: str
    label: str
    types: str
    since: str
    disabled: str
    version: int


def keys_of(session: Session, viewer: Viewer, row: Department) -> dict[str, Any]:
    """Return what the department's page tells of its systems' keys, to who manages them."""
    if "key.manage" not in viewer.may:
        return {"keys": [], "clients": [], "scopes": scopes.ALL}
    held, made = keys.keys_of(session, row.code), clients.clients_of(session, row.code)
    by = {each.created_by for each in held} | {each.created_by for each in made}
    people = called(session, by)
    return {
        "scopes": scopes.ALL,
        "keys": [_key(each, people, each.label, each.scopes) for each in held],
        "clients": [_client(session, each, people) for each in made],
    }


def _key(
    row: keys.ApiKey | clients.ClientSecret,
    people: dict[str, str],
    label: str = "",
    scoped: str = "",
) -> Key:
    return Key(
        id=row.id or 0,
        shown=row.shown,
        label=label,
        scopes=scoped,
        since=moments.short(row.created_at),
        by=people.get(row.created_by, row.created_by),
        revoked=moments.short(row.revoked_at) if row.revoked_at else "",
    )


def _client(session: Session, row: clients.ApiClient, people: dict[str, str]) -> Client:
    return Client(
        id=row.client_id,
        label=row.label,
        scopes=row.scopes,
        since=moments.short(row.created_at),
        by=people.get(row.created_by, row.created_by),
        revoked=moments.short(row.revoked_at) if row.revoked_at else "",
        secrets=[_key(each, people) for each in clients.secrets_of(session, row)],
    )


def hooks_of(session: Session, viewer: Viewer, row: Department) -> dict[str, Any]:
    """Return what the department's page tells of its receivers, to who manages them."""
    if "key.manage" not in viewer.may:
        return {"hooks": []}
    return {"hooks": [_hook(each) for each in endpoints.listed(session, row.code)]}


def _hook(row: WebhookEndpoint) -> Hook:
    return Hook(
        id=str(row.id),
        url=row.url,
        label=row.label,
        types="、".join(row.types),
        since=moments.short(row.created_at),
        disabled=moments.short(row.disabled_at) if row.disabled_at else "",
        version=row.version,
    )
