"""比对 side by side: two versions of an item, or its levels; what differs stands out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from hotline.console.answering.library import ON_PAGE, Reader, Word, clean
from hotline.console.frame import Viewer, templates
from hotline.console.items.library import PAGE
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import beijing_day, now
from hotline.core.errors import NotFound
from hotline.web.access import SessionDep
from knowledge import lineage, names
from knowledge.articles import finding as articles
from knowledge.items import finding
from knowledge.items.content import TWELVE
from knowledge.items.diff import Value, differences, twelve
from knowledge.items.finding import Told
from knowledge.items.uneven import Uneven, uneven

MOST_LEVELS = 6  # as many columns as can be read beside one another

router = APIRouter(prefix=PAGE, include_in_schema=False)

Number = Annotated[int, Query(ge=0, le=10**6)]


@dataclass(frozen=True)
class Column:
    """One side: what it is called, and its item."""

    title: str
    key: str
    status: str


@dataclass(frozen=True)
class Part:
    """One part of a field; `odd` when the first side has it not."""

    text: str
    odd: bool


@dataclass(frozen=True)
class Row:
    """One of the twelve, as each side has it."""

    field: str
    cells: list[list[Part]]
    differs: bool


@router.get("/versions/{item}", response_class=HTMLResponse)
def versions(
    viewer: Reader,
    item: str,
    request: Request,
    session: SessionDep,
    before: Number = 0,
    after: Number = 0,
) -> Response:
    """Show two versions; without numbers the newest and what it follows."""
    found = finding.find(session, clean(item))
    rows = {each.number: each for each in finding.versions(session, found)}
    later = after or max(rows)
    sooner = before or max((each for each in rows if each < later), default=later)
    if not {sooner, later} <= rows.keys():
        raise NotFound(f"{item} has no such version.")
    told = [(found, rows[sooner]), (found, rows[later])]
    shown = {
        "columns": [Column(str(row.number), "", row.status) for _, row in told],
        "rows": side_by_side(told),
        "numbers": sorted(rows),
        "before": sooner,
        "after": later,
        "name": told[1][1].name,
        "key": str(finding.key_of(found)),
    }
    return _page(request, viewer, "versions", shown)


@router.get("/levels/{item}", response_class=HTMLResponse)
def levels(viewer: Reader, item: str, request: Request, session: SessionDep) -> Response:
    """Show an item beside the levels above it, or the highest beside those below."""
    found = finding.find(session, clean(item))
    every = finding.levels(session, found.code, on=beijing_day(now()))
    above = set(lineage.upwards(session, found.district_code))
    line = [each for each in every if each[0].district_code in above]
    shown_ones = line if len(line) > 1 else every[:MOST_LEVELS]
    called = names.district_names(session, {each.district_code for each, _ in every})
    shown = {
        "columns": [
            Column(called[each.district_code], str(finding.key_of(each)), version.status)
            for each, version in shown_ones
        ],
        "rows": side_by_side(shown_ones),
        "others": [
            (str(finding.key_of(each)), called[each.district_code])
            for each, _ in every
            if each not in [one for one, _ in shown_ones]
        ],
        "name": shown_ones[0][1].name if shown_ones else found.code,
        "key": str(finding.key_of(found)),
    }
    return _page(request, viewer, "levels", shown)


@router.get("/differences", response_class=HTMLResponse)
def unequal(
    viewer: Reader,
    request: Request,
    session: SessionDep,
    department: Word = "",
    district: Word = "",
    field: Word = "",
    after: Annotated[int, Query(ge=0, le=LARGEST_ROW)] = 0,
) -> Response:
    """各级不一致: the items whose twelve fields are not those of the level above."""
    chosen = {"department": clean(department), "field": clean(field) if field in TWELVE else ""}
    places = (clean(district),) if clean(district) else ()
    page = uneven(
        session, on=beijing_day(now()), districts=places, after=after, limit=ON_PAGE, **chosen
    )
    shown = {
        **chosen,
        "district": clean(district),
        "fields": list(TWELVE),
        "owners": finding.owners(session),
        "places": articles.places(session),
        "found": _named(session, page.found),
        "more": page.after,
    }
    return _page(request, viewer, "differences", shown)


def side_by_side(told: Sequence[Told]) -> list[Row]:
    """Return the twelve of each side, the first being what the others are held against."""
    sides = [twelve(item.code, version) for item, version in told]
    return [_row(name, sides) for name in TWELVE]


def _row(name: str, sides: Sequence[Mapping[str, Value]]) -> Row:
    first = _parts(sides[0][name])
    cells = [
        [Part(each, at > 0 and each not in first) for each in _parts(side[name])]
        for at, side in enumerate(sides)
    ]
    differs = any(any(one.field == name for one in differences(sides[0], each)) for each in sides)
    return Row(name, cells, differs)


def _parts(value: Value) -> tuple[str, ...]:
    return tuple(filter(None, (value,) if isinstance(value, str) else value))


def _named(session: Session, found: Sequence[Uneven]) -> list[dict[str, Any]]:
    districts = {each.here[0].district_code for each in found}
    districts |= {each.above[0].district_code for each in found}
    called = names.district_names(session, districts)
    owners = names.department_names(session, {each.here[1].department_code for each in found})
    return [
        {
            "key": str(finding.key_of(each.here[0])),
            "name": each.here[1].name,
            "department": owners.get(each.here[1].department_code, ""),
            "here": called.get(each.here[0].district_code, each.here[0].district_code),
            "above": called.get(each.above[0].district_code, each.above[0].district_code),
            "differences": [
                {
                    "field": one.field,
                    "before": _parts(one.before),
                    "after": _parts(one.after),
                }
                for one in each.differences
            ],
        }
        for each in found
    ]


def _page(request: Request, viewer: Viewer, template: str, shown: dict[str, Any]) -> Response:
    told = {"viewer": viewer, "here": "items", "as_of": now(), **shown}
    return templates.TemplateResponse(request, f"items/{template}.html", told)
