"""免打扰名单: whom the machine rings no more, why and until when; who may be rung again."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session, col, func, select

from dispatch import tickets
from dispatch.sealing import reach
from hotline.console import moments
from hotline.console.administration.areas import DO_NOT_CALL
from hotline.console.administration.frame import Refusal, attempt, shown
from hotline.console.callings import called
from hotline.console.frame import Manager, Seeing, Viewer
from hotline.console.writes import LARGEST_ROW, RowId
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from telephony import do_not_call
from telephony.models import Call
from telephony.models_callers import DoNotCall, NotCallReason

SHOWN = 50

router = APIRouter(prefix=DO_NOT_CALL.page, include_in_schema=False)

Maker = Annotated[Viewer, Depends(Seeing(Permission.CALLBACK_MAKE))]


@dataclass(frozen=True)
class Row:
    """One wish; `masked` is empty where no call of theirs is the viewer's to know of."""

    id: int
    masked: str
    reason: str
    at: str
    by: str
    until: str
    holds: bool
    removed: str


@router.get("", response_class=HTMLResponse)
def show(
    viewer: Manager,
    request: Request,
    session: SessionDep,
    after: Annotated[int | None, Query(ge=1, le=LARGEST_ROW)] = None,
) -> Response:
    """Show a page of the list, newest first, those too that are over."""
    return _shown(request, session, viewer, after=after)


@router.post("", response_class=HTMLResponse)
def add(
    _manager: Manager,
    viewer: Maker,
    request: Request,
    session: SessionDep,
    number: Annotated[str, Form(max_length=64)],
    reason: Annotated[NotCallReason, Form()],
    days: Annotated[str, Form(max_length=4, pattern=r"^\d*$")] = "",
) -> Response:
    """登记免打扰: of who asked in this ticket, for so many days or for ever."""

    def act() -> None:
        ticket = tickets.find(session, number.replace("\0", "").strip(), reader=viewer.actor)
        span = int(days) if days else None
        do_not_call.add(session, ticket.person_id, reason, days=span, actor=viewer.actor, now=now())

    if refused := attempt(session, act):
        return _shown(request, session, viewer, refused=refused, number=number)
    return RedirectResponse(DO_NOT_CALL.page, status_code=303)


@router.post("/remove", response_class=HTMLResponse)
def remove(viewer: Manager, request: Request, session: SessionDep, entry: RowId) -> Response:
    """解除免打扰: what is planned from now on may be the machine's again."""

    def act() -> None:
        do_not_call.remove(session, entry, actor=viewer.actor, now=now())

    if refused := attempt(session, act):
        return _shown(request, session, viewer, refused=refused)
    return RedirectResponse(DO_NOT_CALL.page, status_code=303)


def _shown(
    request: Request,
    session: Session,
    viewer: Viewer,
    *,
    after: int | None = None,
    refused: Refusal | None = None,
    number: str = "",
) -> Response:
    found = do_not_call.listed(session, before=after, limit=SHOWN + 1)
    page = found[:SHOWN]
    return shown(
        request,
        viewer,
        "do_not_call",
        DO_NOT_CALL,
        refused=refused,
        rows=_rows(session, viewer, page, now()),
        reasons=list(NotCallReason),
        number=number,
        query="",
        after=str(page[-1].id) if len(found) > SHOWN else "",
        first=after is None,
    )


def _rows(session: Session, viewer: Viewer, page: Sequence[DoNotCall], now: datetime) -> list[Row]:
    masked = _masked(session, viewer, {each.person_id for each in page})
    acted = {name for each in page for name in (each.added_by, each.removed_by)}
    people = called(session, acted - {""})
    return [
        Row(
            id=each.id or 0,
            masked=masked.get(each.person_id, ""),
            reason=each.reason,
            at=moments.short(each.added_at),
            by=people.get(each.added_by, each.added_by),
            until=moments.full(each.until) if each.until else "",
            holds=do_not_call.holds(each, now),
            removed=people.get(each.removed_by, each.removed_by),
        )
        for each in page
    ]


def _masked(session: Session, viewer: Viewer, people: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return each person's masked number, from the calls that the viewer may know of."""
    if not people:
        return {}
    mine = (
        col(Call.person_id).in_(people),
        Call.caller_masked != "",
        reach.calls(viewer.actor, col(Call.id)),
    )
    found = select(Call.person_id, func.max(Call.caller_masked)).where(*mine)
    return dict(session.exec(found.group_by(col(Call.person_id))).all())
