"""排班与交接班 over HTTP: who works at which desk when, and what one shift tells the next."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from sqlmodel import Session, col, select

from hotline.api.fields import Instant, RowId
from hotline.api.schemas_service import ShiftIn, ShiftList, ShiftOut
from hotline.api.writes import Writing
from hotline.core import accounts
from hotline.core.accounts import Account, Actor
from hotline.core.clock import now
from hotline.core.errors import Invalid
from hotline.core.security import Permission, may
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.problems import READING, WRITING
from telephony import shifts
from telephony.models_queue import Shift

WEEK = timedelta(days=7)
LONGEST = timedelta(days=62)

router = APIRouter(prefix="/api/v1/shifts", tags=["service"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.QUEUE_READ))]
Manager = Annotated[Actor, Depends(permit(Permission.SERVICE_MANAGE))]


@router.get("", operation_id="list_shifts", summary="The roster (排班)")
def list_shifts(
    _actor: Reader,
    session: SessionDep,
    since: Annotated[Instant | None, Query(description="Empty: now.")] = None,
    until: Annotated[Instant | None, Query(description="Empty: a week later.")] = None,
) -> ShiftList:
    """Return the shifts of a span of at most two months, earliest first."""
    first = since or now()
    last = min(until or first + WEEK, first + LONGEST)
    return ShiftList(items=_shown(session, shifts.between(session, first, last)))


@router.post(
    "",
    operation_id="roster_shift",
    summary="Put somebody down for a shift (排班)",
    response_model=ShiftOut,
    responses=WRITING,
)
def roster_shift(actor: Manager, given: ShiftIn, write: Writing) -> Any:
    """排班: who may hold a seat works from then to then, at this desk."""

    def act() -> ShiftOut:
        shift = shifts.roster(
            write.session,
            _holder(write.session, given.username).id or 0,
            given.begins_at,
            given.ends_at,
            desk=given.desk,
            by=str(actor),
            now=now(),
        )
        return _shown(write.session, [shift])[0]

    return write.once(act, actor, given.model_dump_json(), again=as_kept)


@router.delete(
    "/{shift_id}",
    operation_id="strike_shift",
    summary="Strike a shift (撤销排班)",
    status_code=204,
    responses=WRITING,
)
def strike_shift(actor: Manager, shift_id: RowId, session: SessionDep) -> Response:
    """撤销排班: one to come leaves the roster, one that runs ends now."""
    shifts.strike(session, shift_id, by=str(actor), now=now())
    return Response(status_code=204)


def _holder(session: Session, username: str) -> Account:
    found = accounts.find(session, username)
    if found is None or not may(accounts.as_actor(found), Permission.SEAT_HOLD):
        raise Invalid(f"{username!r} holds no seat.", remedy="Name an agent or a team lead.")
    return found


def _shown(session: Session, found: Sequence[Shift]) -> list[ShiftOut]:
    ids = {each.account_id for each in found}
    held = session.exec(select(Account).where(col(Account.id).in_(ids))) if ids else ()
    people = {each.id: each for each in held}
    return [
        ShiftOut(
            id=each.id or 0,
            username=people[each.account_id].username,
            name=people[each.account_id].display_name,
            **each.model_dump(include={"desk", "begins_at", "ends_at", "set_by"}),
        )
        for each in found
    ]
