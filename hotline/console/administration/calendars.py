"""工作日历: what each layer knows, and a notice that is tried out on the open clocks first."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.rules import calendar_imports, calendar_preview, calendars, rules_stamp
from dispatch.rules.calendar_imports import DayChange, File
from dispatch.rules.calendar_preview import Move, Preview
from dispatch.rules.holiday_notices import DAY_COLUMNS, parse_days
from dispatch.rules.layers import Calendar, Day
from dispatch.rules.missing_notices import states
from dispatch.sealing import reach
from dispatch.terms import ClockKind
from hotline.console import moments
from hotline.console.administration import places, sheets
from hotline.console.administration.areas import CALENDARS
from hotline.console.administration.frame import (
    Refusal,
    RuleChanger,
    RuleReader,
    require_fresh,
    shown,
)
from hotline.console.administration.sheets import Bad, Given, Sent
from hotline.console.callings import called
from hotline.console.frame import Viewer
from hotline.console.words import say
from hotline.core.clock import beijing_day, now
from hotline.core.settings import settings
from hotline.web.access import SessionDep

MOST_VERSIONS, MOST_DAYS = 20, 200

router = APIRouter(prefix=CALENDARS.page, include_in_schema=False)


@dataclass(frozen=True)
class Moved:
    """A clock that would be due at another time."""

    ticket: str
    clock: str
    before: str
    after: str


@dataclass(frozen=True)
class Tried:
    """What a notice would change."""

    days: int
    changes: list[DayChange]
    touched: int
    moved: int
    moves: list[Moved]


@router.get("", response_class=HTMLResponse)
def show(
    viewer: RuleReader,
    request: Request,
    session: SessionDep,
    district: Annotated[str, Query(max_length=12, pattern=r"^\d*$")] = "",
    year: Annotated[int, Query(ge=2000, le=2099)] = 0,
    done: str = "",
) -> Response:
    """Show a district's layers and the days of a year that are no plain ones."""
    words = {"done": say("sheet.done"), "nothing": say("sheet.nothing")}.get(done, "")
    return _shown(request, session, viewer, district=district, year=year, done=words)


@router.post("/preview", response_class=HTMLResponse)
def preview(viewer: RuleChanger, request: Request, session: SessionDep, sheet: Sent) -> Response:
    """预演: which open clocks this notice would move, and to when; nothing is changed."""
    found: list[Tried] = []
    refused, bad = sheets.tried(lambda: found.append(_try(session, viewer, sheet)))
    tried = found[0] if found else None
    return _shown(request, session, viewer, sheet=sheet, refused=refused, bad=bad, tried=tried)


@router.post("/apply", response_class=HTMLResponse)
def apply(viewer: RuleChanger, request: Request, session: SessionDep, sheet: Sent) -> Response:
    """正式生效: exactly what was previewed, and while nobody took in another one meanwhile."""
    done: list[bool] = []

    def act() -> None:
        sheets.require_seen(sheet)
        with session.begin_nested():
            rules_stamp.change(session)
            require_fresh(sheet.version, str(rules_stamp.current(session).calendar))
            days = parse_days(sheet.name, sheet.text)
            file = File.of(sheet.name, sheet.text, days, sheet.note)
            made = calendar_imports.take_in(session, file, actor=viewer.actor, now=now())
            done.append(made is not None)

    refused, bad = sheets.tried(act)
    if refused:
        return _shown(request, session, viewer, sheet=sheet, refused=refused, bad=bad)
    told = "done" if done[0] else "nothing"
    return RedirectResponse(f"{CALENDARS.page}?done={told}", status_code=303)


def _try(session: Session, viewer: Viewer, sheet: Given) -> Tried:
    sheets.require_text(sheet)
    days = parse_days(sheet.name, sheet.text)
    changed = calendar_imports.changes(session, days)
    found = calendar_preview.preview(session, days)
    return Tried(len(days), changed, found.touched, found.moved, _moves(session, viewer, found))


def _moves(session: Session, viewer: Viewer, found: Preview) -> list[Moved]:
    """Return the moves of the tickets that the viewer may know of."""
    seen = reach.shown(session, viewer.actor, {each.ticket for each in found.moves})
    return [_moved(each) for each in found.moves if each.ticket in seen]


def _moved(move: Move) -> Moved:
    return Moved(
        move.ticket,
        ClockKind(move.kind).label,
        moments.full(move.due_before),
        moments.full(move.due_after),
    )


def _shown(
    request: Request,
    session: Session,
    viewer: Viewer,
    *,
    district: str = "",
    year: int = 0,
    done: str = "",
    sheet: Given | None = None,
    refused: Refusal | None = None,
    bad: list[Bad] | None = None,
    tried: Tried | None = None,
) -> Response:
    today = beijing_day(now())
    code, chosen = district or settings().district, year or today.year
    calendar = calendars.current(session, code)
    return shown(
        request,
        viewer,
        "calendars",
        CALENDARS,
        refused=refused,
        district=code,
        districts=places.districts(session),
        layers=states(calendar, today),
        year=chosen,
        days=_days(calendar, chosen),
        versions=_versions(session),
        version=rules_stamp.current(session).calendar,
        columns=",".join(DAY_COLUMNS),
        sheet=sheet or Given(),
        bad=bad or [],
        tried=tried,
        done=done,
        most=MOST_DAYS,
    )


def _days(calendar: Calendar, year: int) -> list[tuple[str, Day]]:
    """Return the days of the year that some layer speaks of, as the narrowest says it."""
    mine = sorted(day for day in calendar.ruled if day.year == year)
    return [(moments.day(each).partition("年")[2], calendar.ruled[each]) for each in mine]


def _versions(session: Session) -> list[dict[str, Any]]:
    found = calendar_imports.versions(session, most=MOST_VERSIONS)
    people = called(session, {version.by for version, _ in found})
    return [
        {
            "id": version.id,
            "file": version.file,
            "note": version.note,
            "at": moments.short(version.at),
            "by": people.get(version.by, version.by),
            "reckoned": state.reckoned,
            "moved": state.moved,
            "finished": state.finished_at is not None,
        }
        for version, state in found
    ]
