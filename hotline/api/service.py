"""服务模式 over HTTP: night, holiday, surge and outage, switched by whoever manages the service."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlmodel import Session

from hotline.api.fields import RowId
from hotline.api.schemas_service import ModeIn, ModeOut, PeriodOut
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, WRITING
from telephony import service_modes
from telephony.acd.modes import Mode

router = APIRouter(prefix="/api/v1/service-mode", tags=["service"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.QUEUE_READ))]
Manager = Annotated[Actor, Depends(permit(Permission.SERVICE_MANAGE))]


@router.get("", operation_id="get_service_mode", summary="The mode in force (服务模式)")
def get_service_mode(_actor: Reader, session: SessionDep) -> ModeOut:
    """Return the mode in force, and the modes to come."""
    return _shown(session, now())


@router.put(
    "",
    operation_id="set_service_mode",
    summary="Switch the mode (切换服务模式)",
    response_model=ModeOut,
    responses=WRITING,
)
def set_service_mode(actor: Manager, given: ModeIn, write: Writing) -> Any:
    """切换服务模式: of several in force the strongest holds; asked again, it changes nothing."""

    def act() -> ModeOut:
        moment = now()
        _switch(write.session, given, by=str(actor), now=moment)
        return _shown(write.session, moment)

    return write.once(act, actor, given.model_dump_json(), again=as_kept)


@router.delete(
    "/{mode_id}",
    operation_id="end_service_mode",
    summary="End one mode (结束一项)",
    response_model=ModeOut,
    responses=WRITING,
)
def end_service_mode(actor: Manager, mode_id: RowId, write: Writing) -> Any:
    """End a mode now; one to come is called off."""

    def act() -> ModeOut:
        moment = now()
        service_modes.end(write.session, mode_id, by=str(actor), now=moment)
        return _shown(write.session, moment)

    return write.once(act, actor, "", again=as_kept)


def _switch(session: Session, given: ModeIn, *, by: str, now: datetime) -> None:
    coming = service_modes.coming(session, now=now)
    if given.mode is Mode.NORMAL:
        for row in coming:
            if row.begins_at <= now:
                service_modes.end(session, row.id or 0, by=by, now=now)
        return
    already = any(
        (row.mode, row.ends_at) == (given.mode, given.ends_at)
        and (row.begins_at == given.begins_at if given.begins_at else row.begins_at <= now)
        for row in coming
    )
    if already:
        return
    begins_at = given.begins_at or now
    service_modes.switch(
        session, given.mode, begins_at=begins_at, ends_at=given.ends_at, by=by, now=now
    )


def _shown(session: Session, now: datetime) -> ModeOut:
    return ModeOut(
        mode=service_modes.mode_now(session, now=now),
        periods=[PeriodOut.model_validate(each) for each in service_modes.coming(session, now=now)],
    )
