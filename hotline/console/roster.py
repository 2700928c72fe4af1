"""排班: a week's shifts, day by day, and the forms that put people down and strike them off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session, col, select

from hotline.console import form_times, handing_over, moments, navigation
from hotline.console.call_bar import in_words
from hotline.console.faults import Misfilled
from hotline.console.frame import Manager, Viewer, Watcher, templates
from hotline.console.words import say
from hotline.console.writes import LARGEST_ROW
from hotline.core import accounts
from hotline.core.accounts import Account, Role
from hotline.core.clock import BEIJING, beijing, beijing_day, now
from hotline.core.security import PERMISSIONS, Permission, may
from hotline.web.access import SessionDep
from telephony import shifts
from telephony.models_queue import Shift

PAGE = navigation.SHIFTS.page
DESKS = ("", "night", "holiday")  # as modes name them
WEEK = timedelta(days=7)

router = APIRouter(prefix=PAGE, include_in_schema=False)


@dataclass(frozen=True)
class OnShift:
    id: int
    name: str
    desk: str
    hours: str
    over: bool


@dataclass(frozen=True)
class Day:
    on: date
    label: str
    today: bool
    past: bool
    shifts: list[OnShift]


@router.get("", response_class=HTMLResponse)
def show(
    viewer: Watcher, request: Request, session: SessionDep, week: str = "", desk: str = ""
) -> Response:
    """Show a week, this one unless another day is named, and a desk's hand-over notes."""
    at = now()
    on = form_times.day(week) or beijing_day(at)
    return templates.TemplateResponse(
        request,
        "shifts.html",
        {
            "viewer": viewer,
            "here": navigation.SHIFTS.name,
            **_week(session, viewer, on, at),
            **handing_over.notes(session, viewer, desk if desk in DESKS else ""),
        },
    )


@router.post("")
def put_down(
    viewer: Manager,
    session: SessionDep,
    username: Annotated[str, Form(max_length=64)],
    begins: Annotated[str, Form(max_length=8)],
    ends: Annotated[str, Form(max_length=8)],
    days: Annotated[list[date] | None, Form(max_length=7)] = None,
    desk: Annotated[str, Form(max_length=32)] = "",
) -> Response:
    """排班: the same hours on each of the days; one that can't be, and none of them is."""
    if not days or desk not in DESKS or any(each.year not in form_times.YEARS for each in days):
        raise Misfilled(say("fault.no_days"))
    holder = _holder(session, username)
    with in_words():
        for each in days:
            since, until = form_times.span(each, begins, ends)
            shifts.roster(
                session,
                holder.id or 0,
                since,
                until,
                desk=desk,
                by=str(viewer.actor),
                now=now(),
            )
    return _to(min(days))


@router.post("/{shift_id}/strike")
def strike(viewer: Manager, shift_id: int, session: SessionDep) -> Response:
    """撤销排班: one to come leaves the roster, one that runs ends now."""
    row = session.get(Shift, shift_id) if 0 < shift_id <= LARGEST_ROW else None
    on = beijing_day(row.begins_at) if row else beijing_day(now())
    with in_words():
        shifts.strike(session, row.id or 0 if row else 0, by=str(viewer.actor), now=now())
    return _to(on)


def _to(on: date) -> Response:
    return RedirectResponse(f"{PAGE}?week={on.isoformat()}", status_code=303)


def _holder(session: Session, username: str) -> Account:
    found = accounts.find(session, username) if "\0" not in username else None
    if found is None or not may(accounts.as_actor(found), Permission.SEAT_HOLD):
        raise Misfilled(say("fault.no_seat"))
    return found


def _week(session: Session, viewer: Viewer, on: date, now: datetime) -> dict[str, Any]:
    days = form_times.week_of(on)
    first = datetime.combine(days[0], time(), BEIJING)
    found = shifts.between(session, first, first + WEEK)
    called = _names(session, {each.account_id for each in found})
    manages = Permission.SERVICE_MANAGE in viewer.may
    return {
        "days": [_day(each, found, called, now) for each in days],
        "before": days[0] - WEEK,
        "after": days[0] + WEEK,
        "this_week": beijing_day(now) in days,
        "people": _people(session) if manages else [],
        "desks": DESKS,
        "as_of": now,
    }


def _day(on: date, found: Sequence[Shift], called: dict[int, str], now: datetime) -> Day:
    mine = [each for each in found if beijing_day(each.begins_at) == on]
    today = beijing_day(now)
    label = moments.day(on).partition("年")[2]
    shown = [
        OnShift(
            each.id or 0,
            called.get(each.account_id, ""),
            each.desk,
            _hours(each),
            each.ends_at <= now,
        )
        for each in mine
    ]
    return Day(on, label, on == today, on < today, shown)


def _hours(shift: Shift) -> str:
    first, last = beijing(shift.begins_at), beijing(shift.ends_at)
    later = say("roster.next_day") if last.date() > first.date() else ""
    return f"{first:%H:%M}–{later}{last:%H:%M}"


def _names(session: Session, ids: set[int]) -> dict[int, str]:
    held = session.exec(select(Account).where(col(Account.id).in_(ids))) if ids else ()
    return {each.id or 0: each.display_name or each.username for each in held}


def _people(session: Session) -> list[tuple[str, str]]:
    """Return who may hold a seat, by the names that staff know them by."""
    roles = [role for role in Role if role in PERMISSIONS[Permission.SEAT_HOLD]]
    found = session.exec(
        select(Account.username, Account.display_name)
        .where(col(Account.role).in_(roles), col(Account.disabled_at).is_(None))
        .order_by(col(Account.username))
    )
    return [(username, name or username) for username, name in found]
