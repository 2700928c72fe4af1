"""OAuth2 clients over HTTP: made, moved to a new secret, ended, by an administrator or a leader."""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlmodel import Session

from hotline.api.fields import Number, RowId
from hotline.api.schemas_clients import (
    ClientIn,
    ClientList,
    ClientOut,
    NewClient,
    NewSecret,
    SecretOut,
)
from hotline.api.writes import Writing
from hotline.core import clients, key_holders
from hotline.core.accounts import Actor
from hotline.core.clients import ApiClient
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, WRITING
from knowledge.models import Department

router = APIRouter(
    prefix="/api/v1/departments/{code}/clients", tags=["OAuth2 clients"], responses=READING
)

Manager = Annotated[Actor, Depends(permit(Permission.KEY_MANAGE))]


@router.post(
    "",
    operation_id="create_client",
    status_code=201,
    summary="Make a client",
    responses=WRITING,
)
def create_client(
    actor: Manager, code: Number, write: Writing, given: ClientIn | None = None
) -> NewClient:
    """Return a new client of the department; its secret can't be shown a second time."""
    asked, shown, session = given or ClientIn(), [""], write.session

    def act() -> ClientOut:
        if session.get(Department, code) is None:
            raise NotFound(f"There is no department {code!r}.", remedy="Look in the directory.")
        row, shown[0] = clients.create_client(
            session, code, asked.label, asked.scopes, actor=actor, now=now()
        )
        return _shown(session, row)

    body = write.once(act, actor, asked.model_dump_json(), again=as_kept)
    return NewClient(**body, client_secret=shown[0] or None)


@router.get("", operation_id="list_clients", summary="List a department's clients")
def list_clients(actor: Manager, code: Number, session: SessionDep) -> ClientList:
    """Return every client that the department was ever given, without their secrets."""
    key_holders.require_own(actor, code)
    found = clients.clients_of(session, code)
    return ClientList(items=[_shown(session, each) for each in found])


@router.delete("/{client_id}", operation_id="revoke_client", summary="Revoke a client")
def revoke_client(
    actor: Manager, code: Number, client_id: Number, session: SessionDep
) -> ClientOut:
    """End the client, its secrets and every token it holds, at once and for good."""
    key_holders.require_own(actor, code)
    row = clients.find(session, code, client_id)
    return _shown(session, clients.revoke_client(session, row, actor=actor, now=now()))


@router.post(
    "/{client_id}/secrets",
    operation_id="add_client_secret",
    status_code=201,
    summary="Give a client its next secret",
    responses=WRITING,
)
def add_client_secret(actor: Manager, code: Number, client_id: Number, write: Writing) -> NewSecret:
    """Return a second secret; the first holds too until it is revoked, so nothing stands still."""
    shown = [""]

    def act() -> SecretOut:
        key_holders.require_own(actor, code)
        row = clients.find(write.session, code, client_id)
        made, shown[0] = clients.add_secret(write.session, row, actor=actor, now=now())
        return SecretOut.model_validate(made)

    body = write.once(act, actor, "", again=as_kept)
    return NewSecret(**body, client_secret=shown[0] or None)


@router.delete(
    "/{client_id}/secrets/{secret_id}",
    operation_id="revoke_client_secret",
    summary="Revoke a secret",
)
def revoke_client_secret(
    actor: Manager, code: Number, client_id: Number, secret_id: RowId, session: SessionDep
) -> SecretOut:
    """End the secret and every token that was given for it, at once."""
    key_holders.require_own(actor, code)
    row = clients.find(session, code, client_id)
    kept = clients.revoke_secret(session, row, secret_id, actor=actor, now=now())
    return SecretOut.model_validate(kept)


def _shown(session: Session, row: ApiClient) -> ClientOut:
    return ClientOut(
        client_id=row.client_id,
        department=row.department,
        label=row.label,
        scopes=row.scopes.split(),
        created_at=row.created_at,
        created_by=row.created_by,
        revoked_at=row.revoked_at,
        secrets=[SecretOut.model_validate(each) for each in clients.secrets_of(session, row)],
    )
