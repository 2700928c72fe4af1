"""指标: all figures of a period, one by its keys, and the things behind it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.indicators import behind as lists
from dispatch.indicators import definitions, reading, weights
from dispatch.indicators.behind import Place, Thing
from dispatch.indicators.definitions import Definition
from dispatch.indicators.reading import TOTAL, Figure, Figures
from dispatch.indicators.terms import RANKS, Key, Kind, Part, Unit
from hotline.console.frame import Seeing, Viewer, templates
from hotline.console.indicators import reports
from hotline.console.indicators.asking import PAGE, Asked, Filters
from hotline.console.portal import own_periods
from hotline.console.words import reading as reading_in
from hotline.console.words import say
from hotline.core.clock import beijing_day, now
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from knowledge import names

SHOWN = 50
_KEYS = {
    Unit.TICKET: (Key.DAY, Key.DISTRICT, Key.MATTER),
    Unit.ORDER: (Key.DEPARTMENT, Key.DAY, Key.DISTRICT, Key.MATTER),
    Unit.CALL: (Key.HOUR, Key.DAY, Key.DISTRICT, Key.MATTER),
    Unit.SEAT: (Key.DAY, Key.DISTRICT),
}
_PERCENT = (Kind.RATE, Kind.SHARE)

router = APIRouter(prefix=PAGE, include_in_schema=False)
router.include_router(reports.router)  # before any indicator

Reader = Annotated[Viewer, Depends(Seeing(Permission.INDICATOR_READ))]


@router.get("", response_class=HTMLResponse)
def show(viewer: Reader, request: Request, session: SessionDep, asked: Filters) -> Response:
    """Show every figure of the period, by what it counts."""
    found = reading.figures(session, asked.period, chosen=asked.chosen, reader=viewer.actor)[TOTAL]
    told = {
        "presets": _presets(asked),
        "score": weights.score(
            {code: (each.numerator, each.denominator) for code, each in found.items()},
            asked.period.last,
        ),
        "units": [(unit, rows) for unit in Unit if (rows := _rows(unit, found, asked))],
    }
    return _shown(request, "list.html", viewer, session, asked, **told)


@router.get("/{code}", response_class=HTMLResponse)
def one(
    viewer: Reader,
    code: str,
    request: Request,
    session: SessionDep,
    asked: Filters,
    by: Annotated[Key | None, Query()] = None,
) -> Response:
    """Show one figure, how it is defined, and what it is made up of."""
    definition = definitions.newest(code)
    key = by if by in _KEYS[definition.unit] else _KEYS[definition.unit][0]
    given: dict[str, Any] = {"codes": [code], "chosen": asked.chosen, "reader": viewer.actor}
    total = reading.figures(session, asked.period, **given)[TOTAL]
    parts = reading.figures(session, asked.period, by=key, **given)
    told = {
        "definition": definition,
        "name": name(definition),
        "row": _row(definition, total, asked),
        "keys": [(each, asked.url(code, by=each)) for each in _KEYS[definition.unit]],
        "key": key,
        "parts": _parts(session, definition, key, parts, asked),
        "back": asked.url(),
    }
    return _shown(request, "one.html", viewer, session, asked, **told)


@router.get("/{code}/behind", response_class=HTMLResponse)
def behind(
    viewer: Reader,
    code: str,
    request: Request,
    session: SessionDep,
    asked: Filters,
    part: Annotated[Part, Query()] = Part.COUNTED,
    before: Annotated[str, Query(max_length=48)] = "",
) -> Response:
    """Show what is behind a figure, page by page."""
    definition = definitions.newest(code)
    given: dict[str, Any] = {"chosen": asked.chosen, "reader": viewer.actor}
    total = reading.figures(session, asked.period, codes=[code], **given)[TOTAL]
    at = Place.parse(before)
    found = lists.behind(session, code, asked.period, part, before=at, limit=SHOWN + 1, **given)
    last = found[SHOWN - 1].place if len(found) > SHOWN else None
    told = {
        "definition": definition,
        "name": name(definition),
        "row": _row(definition, total, asked),
        "part": part,
        "first": asked.url(code, "behind", part=part) if at else "",
        "older": last and asked.url(code, "behind", part=part, before=str(last)),
        "rows": _lines(session, found[:SHOWN]),
        "back": asked.url(code),
    }
    return _shown(request, "behind.html", viewer, session, asked, **told)


def _shown(
    request: Request, page: str, viewer: Viewer, session: Session, asked: Asked, **told: Any
) -> Response:
    chosen = asked.chosen
    called = names.department_names(session, [chosen.department]) if chosen.department else {}
    places = names.district_names(session, [chosen.place]) if chosen.place else {}
    context = {
        "viewer": viewer,
        "as_of": now(),
        "asked": asked,
        "page": PAGE,
        "place_name": places.get(chosen.place, chosen.place),
        "department_name": called.get(chosen.department, chosen.department),
        **told,
    }
    return templates.TemplateResponse(request, f"indicators/{page}", context)


def name(definition: Definition) -> str:
    """Return the indicator's name in the reader's language; the first one's where it has none."""
    return definition.name_en if reading_in().code == "en" else definition.name_zh


def _rows(unit: Unit, found: Figures, asked: Asked) -> list[dict[str, Any]]:
    held = [definitions.newest(code) for code in found]
    return [_row(each, found, asked) for each in held if each.unit is unit]


def _row(definition: Definition, found: Figures, asked: Asked) -> dict[str, Any]:
    figure = found.get(definition.code, Figure(definition.code, definition.kind))
    code = definition.code
    return {
        "code": code,
        "name": name(definition),
        "formula": definition.formula,
        "figure": figure,
        "value": written(figure),
        "rest": figure.denominator - figure.numerator if figure.kind is Kind.RATE else None,
        "url": asked.url(code),
        "counted": asked.url(code, "behind", part=Part.COUNTED),
        "missed": asked.url(code, "behind", part=Part.REST),
        "all": asked.url(code, "behind", part=Part.ALL),
        # Both are how long something took, and no count of things.
        "seconds": figure.kind in (Kind.MEAN, Kind.SHARE) or figure.kind in RANKS,
        "ranked": figure.kind in RANKS,
    }


def written(figure: Figure) -> str:
    """Return the figure as it is read; a dash for a rate or a mean of nothing."""
    if figure.value is None:
        return "—"
    if figure.kind is Kind.COUNT:
        return str(figure.numerator)
    unit = "%" if figure.kind in _PERCENT else say("indicators.seconds")
    return f"{figure.value:g}{unit}"


def _parts(
    session: Session, definition: Definition, key: Key, found: dict[str, Figures], asked: Asked
) -> list[dict[str, Any]]:
    called = _called(session, key, list(found))
    made = []
    for value, figures in found.items():
        narrowed = asked.of(key, value)
        row = _row(definition, figures, narrowed or asked)
        label = called.get(value, value) or say("indicators.none_such")
        made.append({**row, "label": label, "leads": narrowed is not None})
    return made


def _called(session: Session, key: Key, values: list[str]) -> dict[str, str]:
    if key is Key.DEPARTMENT:
        return names.department_names(session, values)
    if key is Key.DISTRICT:
        return names.district_names(session, values)
    return {each: f"{each}:00" for each in values} if key is Key.HOUR else {}


def _presets(asked: Asked) -> list[dict[str, Any]]:
    found = own_periods.presets(beijing_day(now()))
    return [
        {"name": each, "url": asked.during(days).url(), "here": days == asked.days}
        for each, days in found.items()
    ]


def _lines(session: Session, found: list[Thing]) -> list[dict[str, Any]]:
    called = names.department_names(session, {each.department for each in found})
    places = names.district_names(session, {each.district for each in found})
    return [
        {
            "thing": each,
            "department": called.get(each.department, each.department),
            "district": places.get(each.district, each.district),
        }
        for each in found
    ]
