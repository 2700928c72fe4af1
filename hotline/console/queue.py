"""排队与回拨: who waits and why in this order, who is owed a call, how the hotline works now."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session, col

from dispatch.sealing import reach
from hotline.console import floor_calls, navigation, queue_lines, service_mode
from hotline.console.call_bar import in_words, own_seat
from hotline.console.frame import Viewer, Watcher, Worker, templates
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.core.settings import settings
from hotline.web.access import SessionDep
from telephony import asking, ordering, owed, records, returning
from telephony.models import Call, Seat
from telephony.models_queue import MissedCall
from telephony.service_modes import SwitchWhy
from telephony.wiring import Listening

PAGE = navigation.QUEUE.page
GIVEN_UP = ("unreachable", "wrong_number", "no_need")

router = APIRouter(prefix=PAGE, include_in_schema=False)


class Act(StrEnum):
    """What can be done about who is owed a call."""

    TAKE = "take"
    DIAL = "dial"
    LATER = "later"
    DONE = "done"
    UNREACHABLE = "unreachable"
    WRONG_NUMBER = "wrong_number"
    NO_NEED = "no_need"


@router.get("", response_class=HTMLResponse)
def show(viewer: Watcher, request: Request, session: SessionDep) -> Response:
    """Show the page."""
    shown = {
        "viewer": viewer,
        "switches": service_mode.SWITCHES,
        "switch_whys": list(SwitchWhy),
        **_floor(session, viewer),
    }
    return templates.TemplateResponse(request, "queue.html", shown)


@router.get("/rows", response_class=HTMLResponse)
def rows(viewer: Watcher, request: Request, session: SessionDep) -> Response:
    """Return what changes by itself, for the page that is already open."""
    shown = {"viewer": viewer, **_floor(session, viewer)}
    return templates.TemplateResponse(request, "queue_rows.html", shown)


@router.post("/calls/{call_id}/take-over")
def take_over(viewer: Worker, call_id: uuid.UUID, session: SessionDep) -> Response:
    """点接: take a caller who waits, before their turn."""
    call = records.get_call(session, call_id, seen=reach.calls(viewer.actor, col(Call.id)))
    with in_words():
        asking.take_over(session, own_seat(session, viewer), call, now=now())
    return RedirectResponse(PAGE, status_code=303)


@router.post("/owed/{missed_id}/{act}")
def work(viewer: Worker, missed_id: int, act: Act, session: SessionDep) -> Response:
    """漏接回拨: take one, ring them, leave them to a colleague, or say that none is owed now."""
    if not 0 < missed_id <= LARGEST_ROW:
        raise NotFound(f"There is no missed call {missed_id}.")
    seen, at = reach.calls(viewer.actor, col(Call.id)), now()
    with in_words():
        seat = own_seat(session, viewer)
        if act is Act.DIAL:
            returning.dial_missed(session, seat, missed_id, seen=seen, now=at)
        else:
            row = returning.find_missed(session, missed_id, seen=seen)
            returning.require_takeable(row, seat.account_id)
            _ACTS[act](session, seat, row, str(viewer.actor), at)
            ordering.wake(session)
    return RedirectResponse(PAGE, status_code=303)


def _floor(session: Session, viewer: Viewer) -> dict[str, Any]:
    at = now()
    return {
        "waiters": queue_lines.waiters(session, viewer, settings(), now=at),
        "owed": queue_lines.owed_lines(session, viewer, now=at),
        "given_up": GIVEN_UP,
        "mode": service_mode.shown(session, now=at),
        "calls": floor_calls.running(session, viewer),
        "ways": list(Listening),
        "as_of": at,
    }


def _take(session: Session, seat: Seat, row: MissedCall, _by: str, now: datetime) -> None:
    returning.take(session, seat, row, now=now)


def _later(session: Session, seat: Seat, row: MissedCall, _by: str, now: datetime) -> None:
    returning.leave_to_others(session, seat, row, now=now)


def _close(
    outcome: str, session: Session, _seat: Seat, row: MissedCall, by: str, now: datetime
) -> None:
    owed.close(session, row, outcome, by=by, now=now)


_ACTS: Mapping[Act, Callable[[Session, Seat, MissedCall, str, datetime], None]] = {
    Act.TAKE: _take,
    Act.LATER: _later,
    Act.DONE: partial(_close, owed.RETURNED),
    **{Act(each): partial(_close, each) for each in GIVEN_UP},
}
