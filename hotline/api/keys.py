"""API keys over HTTP: who leads a department gives its system a key, and takes it away.

An administrator does so for every department.
"""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlmodel import Session

from hotline.api.fields import Number, RowId
from hotline.api.schemas_orders import KeyIn, KeyList, KeyOut, NewKey
from hotline.api.writes import Writing
from hotline.core import key_holders, keys
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, WRITING
from knowledge.models import Department

router = APIRouter(
    prefix="/api/v1/departments/{code}/api-keys", tags=["API keys"], responses=READING
)

Manager = Annotated[Actor, Depends(permit(Permission.KEY_MANAGE))]


@router.post(
    "",
    operation_id="issue_api_key",
    status_code=201,
    summary="Issue a key",
    responses=WRITING,
)
def issue_api_key(
    actor: Manager, code: Number, write: Writing, given: KeyIn | None = None
) -> NewKey:
    """Return a new key of the department; it can't be shown a second time."""
    asked, shown = given or KeyIn(), [""]

    def act() -> KeyOut:
        _require_known(write.session, code)
        row, shown[0] = keys.issue_key(
            write.session, code, asked.label, asked.scopes, actor=actor, now=now()
        )
        return _shown(row)

    body = write.once(act, actor, asked.model_dump_json(), again=as_kept)
    return NewKey(**body, key=shown[0] or None)


@router.get("", operation_id="list_api_keys", summary="List a department's keys")
def list_api_keys(actor: Manager, code: Number, session: SessionDep) -> KeyList:
    """Return every key that the department was ever given, without the keys themselves."""
    key_holders.require_own(actor, code)
    _require_known(session, code)
    return KeyList(items=[_shown(row) for row in keys.keys_of(session, code)])


@router.delete("/{key_id}", operation_id="revoke_api_key", summary="Revoke a key")
def revoke_api_key(actor: Manager, code: Number, key_id: RowId, session: SessionDep) -> KeyOut:
    """Make the key worthless from now on; once revoked, it stays revoked since then."""
    return _shown(keys.revoke_key(session, code, key_id, actor=actor, now=now()))


def _shown(row: keys.ApiKey) -> KeyOut:
    return KeyOut.model_validate({**row.model_dump(), "scopes": row.scopes.split()})


def _require_known(session: Session, code: str) -> None:
    if session.get(Department, code) is None:
        raise NotFound(f"There is no department {code!r}.", remedy="Look it up in the directory.")
