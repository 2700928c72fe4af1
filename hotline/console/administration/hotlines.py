"""归并热线: which lines were merged and how, and what came on each in a period."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.figures import line_figures
from dispatch.figures.line_figures import LineFigures
from hotline.console import form_times
from hotline.console.administration.areas import HOTLINES
from hotline.console.administration.department_page import state_on
from hotline.console.administration.frame import RuleReader, shown
from hotline.core.clock import BEIJING, beijing_day, now
from hotline.web.access import SessionDep
from knowledge import names, stored
from knowledge.entries import HotlineEntry

DAYS, MOST_DAYS = 30, 400

router = APIRouter(prefix=HOTLINES.page, include_in_schema=False)

Day = Annotated[str, Query(max_length=10)]


@dataclass(frozen=True)
class Row:
    """One line as it holds; `mode` is empty while nobody has said how it was merged."""

    entry: HotlineEntry
    department: str
    state: str

    @property
    def mode(self) -> str:
        return self.entry.mode or "unknown"


@dataclass(frozen=True)
class Counted:
    """One line's figures, with the share that an agent answered."""

    figures: LineFigures
    percent: int | None


@router.get("", response_class=HTMLResponse)
def hotlines(
    viewer: RuleReader, request: Request, session: SessionDep, since: Day = "", until: Day = ""
) -> Response:
    """Show every line, and the figures of the period, the last thirty days where none is said."""
    today = beijing_day(now())
    first, last = _period(form_times.day(since), form_times.day(until), today)
    return shown(
        request,
        viewer,
        "hotlines",
        HOTLINES,
        rows=_rows(session, today),
        counted=_counted(session, first, last),
        since=first.isoformat(),
        until=last.isoformat(),
    )


def _period(since: date | None, until: date | None, today: date) -> tuple[date, date]:
    """Return the first and last day, in order, and no longer than is soon counted."""
    last = until or today
    first = since or last - timedelta(days=DAYS - 1)
    first, last = min(first, last), max(first, last)
    return max(first, last - timedelta(days=MOST_DAYS)), last


def _rows(session: Session, today: date) -> list[Row]:
    entries = stored.entries(session, HotlineEntry)
    called = names.department_names(session, {each.department_code for each in entries})
    return [
        Row(
            each,
            called.get(each.department_code, each.department_code),
            state_on(each.valid_from, each.valid_to, today),
        )
        for each in entries
    ]


def _counted(session: Session, first: date, last: date) -> list[Counted]:
    begins = datetime.combine(first, time(), BEIJING)
    ends = datetime.combine(last + timedelta(days=1), time(), BEIJING)
    return [
        Counted(each, round(100 * each.answered / each.calls) if each.calls else None)
        for each in line_figures.of_period(session, begins, ends)
    ]
