"""目录 over HTTP: departments, districts, who answers for what, and merged lines: for everybody."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from dispatch.figures import line_figures
from hotline.api.articles import Asker, Limit
from hotline.api.fields import Code, Instant, Text
from hotline.api.schemas_directory import (
    CataloguePage,
    DepartmentOut,
    DepartmentPage,
    DistrictList,
    DistrictOut,
    HotlineList,
    HotlineOut,
    LineFiguresList,
    LineFiguresOut,
    ResponsibilityOut,
)
from hotline.core.accounts import Actor
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.paging import DEFAULT_LIMIT, link_next
from hotline.web.problems import READING
from knowledge import department_search, stored
from knowledge.department_search import Sought
from knowledge.directory import Directory
from knowledge.entries import HotlineEntry, ResponsibilityEntry
from knowledge.models import Department
from knowledge.rows import parted

router = APIRouter(prefix="/api/v1", tags=["directory"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.RULES_READ))]


@router.get("/departments", operation_id="list_departments", summary="Departments (承办单位)")
def list_departments(
    _asker: Asker,
    request: Request,
    response: Response,
    session: SessionDep,
    q: Annotated[Text, Query(max_length=64, description="Part of a name or the code.")] = "",
    district: Code = "",
    cursor: Code = "",
    limit: Limit = DEFAULT_LIMIT,
) -> DepartmentPage:
    """Return departments by code, page by page."""
    sought = Sought(words=q, district=district)
    rows = department_search.found(session, sought, after=cursor, limit=limit + 1)
    page, following = rows[:limit], rows[limit - 1].code if len(rows) > limit else None
    link_next(request, response, following)
    return DepartmentPage(items=[_department(row) for row in page], next=following)


@router.get("/districts", operation_id="list_districts", summary="Districts (行政区划)")
def list_districts(_asker: Asker, session: SessionDep) -> DistrictList:
    """Return every district by code."""
    known = stored.current(session).districts
    return DistrictList(items=[DistrictOut.model_validate(known[code]) for code in sorted(known)])


@router.get("/catalogue", operation_id="list_catalogue", summary="Who answers (派单目录)")
def list_catalogue(
    _asker: Asker,
    request: Request,
    response: Response,
    session: SessionDep,
    matter: Annotated[Code, Query(description="A matter's code, or how it begins.")] = "",
    district: Code = "",
    department: Code = "",
    cursor: Code = "",
    limit: Limit = DEFAULT_LIMIT,
) -> CataloguePage:
    """Return the entries by matter, district and first day, ended ones too, page by page."""
    directory = stored.current(session)
    found = sorted(
        (
            (f"{entry.matter_code}:{entry.district_code}:{entry.valid_from}", entry)
            for entries in directory.catalogue.values()
            for entry in entries
            if entry.matter_code.startswith(matter)
            and district in ("", entry.district_code)
            and department in ("", entry.department_code)
        ),
        key=lambda pair: pair[0],
    )
    rows = [pair for pair in found if pair[0] > cursor][: limit + 1]
    following = rows[limit - 1][0] if len(rows) > limit else None
    link_next(request, response, following)
    items = [_responsibility(directory, entry) for _, entry in rows[:limit]]
    return CataloguePage(items=items, next=following)


@router.get("/hotlines", operation_id="list_hotlines", summary="Merged lines (归并热线)")
def list_hotlines(_asker: Asker, session: SessionDep) -> HotlineList:
    """Return every line that was merged, or that the hotline works with, by number and day."""
    return HotlineList(items=[_hotline(each) for each in stored.entries(session, HotlineEntry)])


@router.get(
    "/hotlines/figures", operation_id="count_by_hotline", summary="Calls by line (各线路来电)"
)
def count_by_hotline(
    _actor: Reader, session: SessionDep, since: Instant, until: Instant
) -> LineFiguresList:
    """Return calls, answered calls and tickets of each line, of calls that began in the period."""
    found = line_figures.of_period(session, since, until)
    items = [LineFiguresOut.model_validate(each) for each in found]
    return LineFiguresList(since=since, until=until, items=items)


def _department(row: Department) -> DepartmentOut:
    return DepartmentOut(
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        aliases=list(parted(row.aliases)),
        district=row.district_code,
        kind=row.kind,
        accepts=row.accepts,
        source=row.source,
    )


def _responsibility(directory: Directory, entry: ResponsibilityEntry) -> ResponsibilityOut:
    return ResponsibilityOut(
        matter=entry.matter_code,
        path=[part for part in directory.matters[entry.matter_code].category if part],
        district=entry.district_code,
        department=entry.department_code,
        legal_basis=entry.legal_basis,
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
        source=entry.source,
    )


def _hotline(entry: HotlineEntry) -> HotlineOut:
    same = ("number", "name", "mode", "hours", "answered_by", "legal_basis", "source")
    return HotlineOut(
        **{name: getattr(entry, name) for name in same},
        aliases=list(entry.aliases),
        department=entry.department_code,
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
    )
