"""本单位指标: every figure with what it counts of how many, and the way to exactly these orders."""

from datetime import date
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from dispatch.figures import figures
from dispatch.figures.figures import Figure, Figures, Part, Reckoned, Scope
from dispatch.figures.measures import VERSION, Measure
from hotline.console import moments
from hotline.console.portal import own_frame, own_orders, own_periods, own_sheets
from hotline.console.portal.own_frame import FIGURES, Handler
from hotline.console.portal.own_periods import Period
from hotline.console.words import name_of, say
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import beijing_day, now
from hotline.web.access import SessionDep

SHOWN = 50
# What a line of a table has room for.
FEW = (Measure.RECEIVED, Measure.ACCEPTED, Measure.REPLIED, Measure.RETURNED, Measure.SATISFIED)

router = APIRouter(prefix=FIGURES, include_in_schema=False)

From = Annotated[str, Query(alias="from", max_length=10)]
Until = Annotated[str, Query(max_length=10)]
Before = Annotated[int, Query(ge=0, le=LARGEST_ROW)]


@router.get("", response_class=HTMLResponse)
def show(
    viewer: Handler,
    request: Request,
    session: SessionDep,
    first: From = "",
    until: Until = "",
) -> Response:
    """Show the figures of a period: all of them, by week and by matter."""
    moment = now()
    period = own_periods.asked(first, until, beijing_day(moment))
    scope = _scope(viewer.actor.department, period)
    found = figures.reckon(session, scope, reader=viewer.actor, now=moment)
    told = {
        "period": period,
        "presets": _presets(period, beijing_day(moment)),
        "version": VERSION,
        "few": FEW,
        "rows": [_row(each, found.total[each], period) for each in Measure],
        "weeks": [_week(monday, each, period) for monday, each in found.by_week.items()],
        "matters": [_matter(matter, each, period) for matter, each in found.by_matter.items()],
        "chart": _chart(found),
        "as_of": moments.full(moment),
    }
    return own_frame.shown(request, "own_figures.html", viewer, "figures", **told)


@router.get("/{measure}", response_class=HTMLResponse)
def behind(
    viewer: Handler,
    measure: Measure,
    request: Request,
    session: SessionDep,
    first: From = "",
    until: Until = "",
    part: Part = Part.COUNTED,
    matter: Annotated[str | None, Query(max_length=64)] = None,
    before: Before = 0,
) -> Response:
    """Show the orders behind a figure, the newest first."""
    moment, matter = now(), matter and matter.replace("\0", "")
    period = own_periods.asked(first, until, beijing_day(moment))
    asked: dict[str, Any] = {"matter": matter, "reader": viewer.actor, "now": moment}
    scope = _scope(viewer.actor.department, period)
    found = figures.behind(session, scope, measure, part, before=before, limit=SHOWN + 1, **asked)
    figure = figures.figure(session, scope, measure, **asked)
    chosen = {} if matter is None else {"matter": matter}
    told = {
        "period": period,
        "measure": measure,
        "matter": matter,
        "figure": figure,
        "parts": _parts(measure, figure, period, chosen),
        "part": part,
        "before": before,
        "printed": own_sheets.SHOWN,
        "back": f"{FIGURES}?{period.query()}",
        "first": _url(measure, period, part, chosen),
        "older": found[SHOWN - 1].id if len(found) > SHOWN else None,
        "rows": own_orders.lines(session, found[:SHOWN], now=moment),
    }
    return own_frame.shown(request, "own_figure.html", viewer, "figures", **told)


def _scope(department: str, period: Period) -> Scope:
    return Scope(department, period.since, period.until)


def _url(measure: Measure, period: Period, part: Part, chosen: dict[str, str]) -> str:
    return f"{FIGURES}/{quote(measure)}?{period.query(part=part, **chosen)}"


def _parts(
    measure: Measure, figure: Figure, period: Period, chosen: dict[str, str]
) -> list[dict[str, Any]]:
    """Return the ways to a figure's orders; of one that counts every order there is one."""
    counts = {Part.COUNTED: figure.counted, Part.REST: figure.rest, Part.ALL: figure.judged}
    return [
        {"part": part, "count": count, "url": _url(measure, period, part, chosen)}
        for part, count in counts.items()
        if part is Part.COUNTED or measure is not Measure.RECEIVED
    ]


def _row(
    measure: Measure, figure: Figure, period: Period, chosen: dict[str, str] | None = None
) -> dict[str, Any]:
    parts = _parts(measure, figure, period, chosen or {})
    return {
        "measure": measure,
        "figure": figure,
        "percent": "" if measure is Measure.RECEIVED else percent(figure),
        "urls": {each["part"]: each["url"] for each in parts},
    }


def percent(figure: Figure) -> str:
    """Return the rate as it is read; a dash for a rate of nothing."""
    return "—" if figure.percent is None else f"{figure.percent:g}%"


def _week(monday: date, found: Figures, period: Period) -> dict[str, Any]:
    days = own_periods.week(monday).within(period)
    label = (
        f"{days.first:%m-%d}"
        if days.first == days.last
        else f"{days.first:%m-%d}～{days.last:%m-%d}"
    )
    return {"label": label, "cells": [_row(each, found[each], days) for each in FEW]}


def _matter(matter: str, found: Figures, period: Period) -> dict[str, Any]:
    chosen = {"matter": matter}
    return {
        "label": matter or say("own_figures.no_matter"),
        "cells": [_row(each, found[each], period, chosen) for each in FEW],
    }


def _presets(period: Period, today: date) -> list[dict[str, Any]]:
    return [
        {"name": name, "url": f"{FIGURES}?{each.query()}", "here": each == period}
        for name, each in own_periods.presets(today).items()
    ]


def _chart(found: Reckoned) -> dict[str, Any]:
    """Return what the chart draws: the orders received a week, and how many in time."""
    return {
        "weeks": [f"{monday:%m-%d}" for monday in found.by_week],
        "received": [each[Measure.RECEIVED].counted for each in found.by_week.values()],
        "in_time": [each[Measure.REPLIED].percent for each in found.by_week.values()],
        "names": {
            "received": name_of("own_figure", Measure.RECEIVED),
            "in_time": name_of("own_figure", Measure.REPLIED),
        },
    }
