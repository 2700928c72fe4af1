"""照顾标记 and 免打扰 over HTTP: who waits less long, and whom the machine does not ring."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from dispatch import tickets
from hotline.api.call_orders import Controller, call_for
from hotline.api.fields import LARGEST_ROW, RowId
from hotline.api.schemas_callers import (
    CareIn,
    CareMark,
    CareOut,
    DoNotCallIn,
    DoNotCallList,
    DoNotCallOut,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import Body, as_kept
from hotline.web.problems import READING, WRITING
from telephony import caring, do_not_call
from telephony.models_callers import Care, DoNotCall

router = APIRouter(prefix="/api/v1", tags=["callers"], responses=READING)

Maker = Annotated[Actor, Depends(permit(Permission.CALLBACK_MAKE))]
Manager = Annotated[Actor, Depends(permit(Permission.SERVICE_MANAGE))]
Limit = Annotated[int, Query(ge=1, le=200)]
Before = Annotated[int | None, Query(ge=1, le=LARGEST_ROW)]


@router.put(
    "/calls/{call_id}/care",
    operation_id="mark_caller",
    summary="Mark a caller as an elder, or in need of care (照顾标记)",
    response_model=CareOut,
    responses=WRITING,
)
def mark_caller(actor: Controller, call_id: uuid.UUID, given: CareIn, write: Writing) -> Any:
    """照顾标记: from their next call on they wait as if HOTLINE_BOOST_ELDER_S longer.

    In any call that one may read: an agent may notice it when they hear the recording.
    """

    def act() -> CareOut:
        call = call_for(write.session, actor, call_id)
        wanted = None if given.care is CareMark.NONE else Care(given.care.value)
        care = caring.mark(write.session, call, wanted, actor=actor, now=now())
        return CareOut(care=CareMark(care.value) if care else CareMark.NONE)

    def again(kept: Body | None) -> Body:
        call_for(write.session, actor, call_id)
        return as_kept(kept)

    return write.once(act, actor, given.model_dump_json(), again=again)


@router.post(
    "/do-not-call",
    operation_id="add_do_not_call",
    status_code=201,
    summary="Have the machine ring somebody no more (免打扰)",
    response_model=DoNotCallOut,
    responses=WRITING,
)
def add_do_not_call(actor: Maker, given: DoNotCallIn, write: Writing) -> Any:
    """免打扰: their callbacks are left to a person, and they are owed no call."""

    def act() -> DoNotCallOut:
        row = do_not_call.add(
            write.session,
            _person(write, actor, given),
            given.reason,
            call_id=given.call,
            days=given.days,
            actor=actor,
            now=now(),
        )
        return _shown(row)

    def again(kept: Body | None) -> Body:
        _person(write, actor, given)
        return as_kept(kept)

    return write.once(act, actor, given.model_dump_json(), again=again)


@router.get("/do-not-call", operation_id="list_do_not_call", summary="List them (免打扰名单)")
def list_do_not_call(
    _actor: Manager, session: SessionDep, before: Before = None, limit: Limit = 50
) -> DoNotCallList:
    """Return entries, newest first, those too that are over."""
    rows = do_not_call.listed(session, before=before, limit=limit)
    more = rows[-1].id if len(rows) == limit else None
    return DoNotCallList(items=[_shown(row) for row in rows], next=more)


@router.delete(
    "/do-not-call/{entry_id}",
    operation_id="remove_do_not_call",
    summary="Let them be rung again (解除免打扰)",
    response_model=DoNotCallOut,
    responses=WRITING,
)
def remove_do_not_call(actor: Manager, entry_id: RowId, write: Writing) -> Any:
    """解除免打扰: what is planned from now on may be the machine's again."""

    def act() -> DoNotCallOut:
        return _shown(do_not_call.remove(write.session, entry_id, actor=actor, now=now()))

    return write.once(act, actor, "", again=as_kept)


def _person(write: Writing, actor: Actor, given: DoNotCallIn) -> uuid.UUID:
    """Return whose call or ticket it is; raise NotFound for one that the actor may not see."""
    if given.call:
        return call_for(write.session, actor, given.call).person_id
    return tickets.find(write.session, given.ticket, reader=actor).person_id


def _shown(row: DoNotCall) -> DoNotCallOut:
    given = {**row.model_dump(), "call": row.call_id, "in_force": do_not_call.holds(row, now())}
    return DoNotCallOut.model_validate(given)
