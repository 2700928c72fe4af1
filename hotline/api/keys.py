"""API keys over HTTP: an administrator gives a department's system its key, and takes it away."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlmodel import Session

from hotline.api.fields import Number, RowId
from hotline.api.schemas_orders import KeyIn, KeyList, KeyOut, NewKey
from hotline.core import keys
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.problems import READING
from knowledge.models import Department

router = APIRouter(
    prefix="/api/v1/departments/{code}/api-keys", tags=["API keys"], responses=READING
)

Manager = Annotated[Actor, Depends(permit(Permission.KEY_MANAGE))]


@router.post("", operation_id="issue_api_key", status_code=201, summary="Issue a key")
def issue_api_key(
    actor: Manager, code: Number, session: SessionDep, given: KeyIn | None = None
) -> NewKey:
    """Return a new key of the department; it can't be shown a second time."""
    _require_known(session, code)
    asked = given or KeyIn()
    row, secret = keys.issue_key(session, code, asked.label, asked.scopes, actor=actor, now=now())
    return NewKey(**_shown(row), key=secret)


@router.get("", operation_id="list_api_keys", summary="List a department's keys")
def list_api_keys(_actor: Manager, code: Number, session: SessionDep) -> KeyList:
    """Return every key that the department was ever given, without the keys themselves."""
    _require_known(session, code)
    return KeyList(items=[KeyOut(**_shown(row)) for row in keys.keys_of(session, code)])


@router.delete("/{key_id}", operation_id="revoke_api_key", summary="Revoke a key")
def revoke_api_key(actor: Manager, code: Number, key_id: RowId, session: SessionDep) -> KeyOut:
    """Make the key worthless from now on; once revoked, it stays revoked since then."""
    return KeyOut(**_shown(keys.revoke_key(session, code, key_id, actor=actor, now=now())))


def _shown(row: keys.ApiKey) -> dict[str, Any]:
    return KeyOut.model_validate({**row.model_dump(), "scopes": row.scopes.split()}).model_dump()


def _require_known(session: Session, code: str) -> None:
    if session.get(Department, code) is None:
        raise NotFound(f"There is no department {code!r}.", remedy="Look it up in the directory.")
