"""派单目录: which department answers for what and where; what is missing, and what overlaps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from hotline.console import form_times
from hotline.console.administration import places
from hotline.console.administration.areas import CATALOGUE
from hotline.console.administration.department_page import state_on
from hotline.console.administration.frame import RuleReader, plain, query_of, shown
from hotline.console.words import say
from hotline.core.clock import beijing_day, now
from hotline.core.settings import settings
from hotline.web.access import SessionDep
from knowledge import catalogue_faults, stored
from knowledge.catalogue_faults import Faulty
from knowledge.directory import Directory
from knowledge.entries import ANY_MATTER, MatterEntry, ResponsibilityEntry

SHOWN, MOST_FAULTS = 50, 300
STATES = ("holds", "future", "over")

router = APIRouter(prefix=CATALOGUE.page, include_in_schema=False)

Word = Annotated[str, Query(max_length=64)]


@dataclass(frozen=True)
class Sought:
    """What is looked for; what is empty is not asked."""

    words: str = ""  # part of a matter's path, or how its code begins
    district: str = ""
    department: str = ""  # a code
    state: str = ""
    on: str = ""  # the day on which the state is asked, today's when empty


@dataclass(frozen=True)
class Row:
    """One entry."""

    page: str
    matter: str
    matter_code: str
    district: str
    department: str
    department_code: str
    basis: str
    since: str
    until: str
    state: str


@dataclass(frozen=True)
class FaultRow:
    """One thing that is wrong."""

    page: str
    fault: str
    matter: str
    district: str
    departments: str
    day: str


def sought(
    q: Word = "", district: Word = "", department: Word = "", state: Word = "", on: Word = ""
) -> Sought:
    """Read the filters from the address."""
    asked = (q, district, department, state, on)
    return Sought(*map(plain, asked))


Filters = Annotated[Sought, Depends(sought)]


@router.get("", response_class=HTMLResponse)
def catalogue(
    viewer: RuleReader, request: Request, session: SessionDep, filters: Filters, after: Word = ""
) -> Response:
    """Show a page of the entries that the filters let through."""
    directory = stored.current(session)
    day = form_times.day(filters.on) or beijing_day(now())
    code = places.code_of(session, filters.department) or filters.department
    found = sorted(_matching(directory, filters, code, day), key=key_of)
    page = [entry for entry in found if key_of(entry) > after]
    return shown(
        request,
        viewer,
        "catalogue",
        CATALOGUE,
        rows=[row(directory, entry, day) for entry in page[:SHOWN]],
        filters=filters,
        states=STATES,
        districts=places.districts(session),
        faults=len(_faults(directory)),
        count=len(found),
        query=_query(filters),
        after=key_of(page[SHOWN - 1]) if len(page) > SHOWN else "",
        first=not after,
    )


@router.get("/faults", response_class=HTMLResponse)
def faults(viewer: RuleReader, request: Request, session: SessionDep) -> Response:
    """Show the gaps, the overlaps, and what ended or is answered by who takes no orders."""
    directory = stored.current(session)
    found = _faults(directory)
    rows = [_fault(directory, each) for each in found[:MOST_FAULTS]]
    left_out = len(found) - len(rows)
    return shown(request, viewer, "faults", CATALOGUE, rows=rows, left_out=left_out)


def key_of(entry: ResponsibilityEntry) -> str:
    """Return where the entry stands in the list."""
    return f"{entry.matter_code}:{entry.district_code}:{entry.valid_from.isoformat()}"


def row(directory: Directory, entry: ResponsibilityEntry, day: date) -> Row:
    """Return the entry for a page, as it stands on this day."""
    return Row(
        page=page_of(entry.matter_code, entry.district_code),
        matter=matter_name(directory.matters.get(entry.matter_code), entry.matter_code),
        matter_code=entry.matter_code,
        district=district_name(directory, entry.district_code),
        department=department_name(directory, entry.department_code),
        department_code=entry.department_code,
        basis=entry.legal_basis,
        since=entry.valid_from.isoformat(),
        until=entry.valid_to.isoformat() if entry.valid_to else "",
        state=state_on(entry.valid_from, entry.valid_to, day),
    )


def page_of(matter: str, district: str) -> str:
    """Return the address of a pair's page."""
    return f"{CATALOGUE.page}/{matter}/{district}"


def matter_name(matter: MatterEntry | None, code: str) -> str:
    """Return the matter's path, its code where the tree has it not."""
    if code == ANY_MATTER:
        return say("catalogue_page.any_matter")
    return " / ".join(filter(None, matter.category)) if matter else code


def district_name(directory: Directory, code: str) -> str:
    """Return the district's name, its code where none is known."""
    return directory.districts[code].name_zh if code in directory.districts else code


def department_name(directory: Directory, code: str) -> str:
    """Return the department's name, its code where none is known."""
    return directory.departments[code].name if code in directory.departments else code


def _query(filters: Sought) -> str:
    return query_of(
        q=filters.words,
        district=filters.district,
        department=filters.department,
        state=filters.state,
        on=filters.on,
    )


def _matching(
    directory: Directory, filters: Sought, department: str, day: date
) -> Iterator[ResponsibilityEntry]:
    for entries in directory.catalogue.values():
        for entry in entries:
            code = entry.matter_code
            path = matter_name(directory.matters.get(code), code)
            if (
                (filters.words in path or code.startswith(filters.words))
                and filters.district in ("", entry.district_code)
                and department in ("", entry.department_code)
                and filters.state in ("", state_on(entry.valid_from, entry.valid_to, day))
            ):
                yield entry


def _faults(directory: Directory) -> list[Faulty]:
    return catalogue_faults.faults(directory, beijing_day(now()), home=settings().district)


def _fault(directory: Directory, found: Faulty) -> FaultRow:
    return FaultRow(
        page=page_of(found.matter, found.district),
        fault=found.fault,
        matter=matter_name(directory.matters.get(found.matter), found.matter),
        district=district_name(directory, found.district),
        departments="、".join(department_name(directory, each) for each in found.departments),
        day=found.day.isoformat() if found.day else "",
    )
