"""中继账号 over HTTP: by what the carrier knows the hotline."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from hotline.api.schemas_trunk import TrunkAccountIn, TrunkAccountOut
from hotline.api.writes import Writing
from hotline.core import vault
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, WRITING
from telephony import trunk_accounts

router = APIRouter(prefix="/api/v1/trunk-account", tags=["telephones"], responses=READING)

Manager = Annotated[Actor, Depends(permit(Permission.SERVICE_MANAGE))]


@router.put(
    "",
    operation_id="set_trunk_account",
    summary="Prove to the carrier who calls (设置中继账号)",
    response_model=TrunkAccountOut,
    responses=WRITING,
)
def set_trunk_account(actor: Manager, given: TrunkAccountIn, write: Writing) -> Any:
    """设置中继账号: the workers use it within seconds, for calls that begin then."""
    told = given.model_dump(exclude={"password"})
    password = given.password.get_secret_value()

    def act() -> TrunkAccountOut:
        row = trunk_accounts.use(write.session, **told, password=password, actor=actor, now=now())
        return TrunkAccountOut.model_validate(row.model_dump())

    # Another password under the same key is another request; the keyed digest tells nobody which.
    asked = f"{given.model_dump_json()} {vault.blind_index(password).hex()}"
    return write.once(act, actor, asked, again=as_kept)


@router.get("", operation_id="get_trunk_account", summary="Show the trunk's account (中继账号)")
def get_trunk_account(_actor: Manager, session: SessionDep) -> TrunkAccountOut:
    """Return the account in use, without its password."""
    return TrunkAccountOut.model_validate(trunk_accounts.shown(session).model_dump())


@router.delete(
    "",
    operation_id="remove_trunk_account",
    summary="Use no trunk account any more (删除中继账号)",
    response_model=TrunkAccountOut,
    responses=WRITING,
)
def remove_trunk_account(actor: Manager, write: Writing) -> Any:
    """删除中继账号: calls that the carrier asks a password for can't be placed any more."""

    def act() -> TrunkAccountOut:
        row = trunk_accounts.remove(write.session, actor=actor, now=now())
        return TrunkAccountOut.model_validate(row.model_dump())

    return write.once(act, actor, "", again=as_kept)
