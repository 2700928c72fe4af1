"""服务模式: what the hotline is in now and later, and the form that switches it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from hotline.console import form_times, moments, navigation
from hotline.console.call_bar import in_words
from hotline.console.callings import called
from hotline.console.faults import Misfilled
from hotline.console.frame import Manager
from hotline.console.words import say
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import now
from hotline.web.access import SessionDep
from telephony import service_modes
from telephony.acd.modes import Mode
from telephony.models_queue import ServiceMode
from telephony.service_modes import SwitchWhy

SWITCHES = (Mode.NIGHT, Mode.HOLIDAY, Mode.SURGE, Mode.OUTAGE)

router = APIRouter(prefix=f"{navigation.QUEUE.page}/mode", include_in_schema=False)

Moment = Annotated[str, Form(max_length=40)]


@dataclass(frozen=True)
class Period:
    """A mode that somebody set; empty `until`: until further notice."""

    id: int
    mode: str
    since: str
    until: str
    by: str
    why: str
    holds: bool


@dataclass(frozen=True)
class Shown:
    """The mode in force, and all that are in force or to come."""

    mode: str
    periods: list[Period]


def shown(session: Session, *, now: datetime) -> Shown:
    """Return how the hotline works now, and what was set for later."""
    rows = service_modes.coming(session, now=now)
    whys = service_modes.whys(session, rows)
    people = called(session, {row.set_by for row in rows})
    periods = [
        Period(
            id=row.id or 0,
            mode=row.mode,
            since=moments.short(row.begins_at),
            until=moments.short(row.ends_at) if row.ends_at else "",
            by=people.get(row.set_by, row.set_by),
            why=whys.get(row.id or 0, ""),
            holds=row.begins_at <= now,
        )
        for row in rows
    ]
    return Shown(service_modes.mode_now(session, now=now), periods)


@router.post("")
def switch(
    viewer: Manager,
    session: SessionDep,
    mode: Annotated[Mode, Form()],
    why: Annotated[SwitchWhy, Form()],
    begins_at: Moment = "",
    ends_at: Moment = "",
) -> Response:
    """切换服务模式: from a moment on, or at once; until another, or until further notice."""
    at = now()
    since, until = form_times.moment(begins_at) or at, form_times.moment(ends_at)
    if mode is Mode.NORMAL or (until and until <= max(since, at)):
        raise Misfilled(say("fault.mode_span"))
    coming = service_modes.coming(session, now=at)
    if not _stands(coming, mode, since, until, at):
        service_modes.switch(
            session, mode, begins_at=since, ends_at=until, why=why, by=str(viewer.actor), now=at
        )
    return RedirectResponse(navigation.QUEUE.page, status_code=303)


@router.post("/{mode_id}/end")
def end(viewer: Manager, mode_id: int, session: SessionDep) -> Response:
    """结束: at once; what was set for later is called off."""
    with in_words():
        row = mode_id if 0 < mode_id <= LARGEST_ROW else 0
        service_modes.end(session, row, by=str(viewer.actor), now=now())
    return RedirectResponse(navigation.QUEUE.page, status_code=303)


def _stands(
    coming: Sequence[ServiceMode],
    mode: Mode,
    since: datetime,
    until: datetime | None,
    now: datetime,
) -> bool:
    """Return whether the same was set already: a form that was sent twice changes nothing."""
    return any(
        (row.mode, row.ends_at) == (mode, until)
        and (row.begins_at <= now if since <= now else row.begins_at == since)
        for row in coming
    )
