"""话机 over HTTP: which desk phones may register at Kamailio."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from hotline.api.fields import Number
from hotline.api.schemas_telephones import (
    NewTelephone,
    TelephoneIn,
    TelephoneList,
    TelephoneOut,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, WRITING
from telephony import sip_accounts
from telephony.models_trunks import SipAccount

router = APIRouter(prefix="/api/v1/telephones", tags=["telephones"], responses=READING)

Manager = Annotated[Actor, Depends(permit(Permission.SERVICE_MANAGE))]


@router.post(
    "",
    operation_id="add_telephone",
    status_code=201,
    summary="Let a desk phone register (新增话机)",
    responses=WRITING,
)
def add_telephone(actor: Manager, given: TelephoneIn, write: Writing) -> NewTelephone:
    """新增话机: return the telephone; its password can't be shown a second time."""
    shown = [""]

    def act() -> TelephoneOut:
        row, shown[0] = sip_accounts.issue(
            write.session, given.name, given.label, actor=actor, now=now()
        )
        return _shown(row)

    body = write.once(act, actor, given.model_dump_json(), again=as_kept)
    return NewTelephone(**body, password=shown[0] or None)


@router.get("", operation_id="list_telephones", summary="List the desk phones (话机)")
def list_telephones(_actor: Manager, session: SessionDep) -> TelephoneList:
    """Return every desk phone that may register, without its password."""
    return TelephoneList(items=[_shown(row) for row in sip_accounts.listed(session)])


@router.delete(
    "/{name}",
    operation_id="remove_telephone",
    summary="Let a desk phone register no more (删除话机)",
    response_model=TelephoneOut,
    responses=WRITING,
)
def remove_telephone(actor: Manager, name: Number, write: Writing) -> Any:
    """删除话机: its password is worthless in seconds; it may be rung for two minutes more."""

    def act() -> TelephoneOut:
        return _shown(sip_accounts.remove(write.session, name, actor=actor, now=now()))

    return write.once(act, actor, "", again=as_kept)


def _shown(row: SipAccount) -> TelephoneOut:
    address = f"sip:{row.name}@{sip_accounts.REALM}"
    return TelephoneOut.model_validate({**row.model_dump(), "address": address})
