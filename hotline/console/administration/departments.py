"""承办单位: the departments, found by name, place and kind, with how much each has open."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.handling import open_orders
from hotline.console.administration import places
from hotline.console.administration.areas import DEPARTMENTS
from hotline.console.administration.frame import RuleReader, plain, query_of, shown
from hotline.web.access import SessionDep
from knowledge import checks, department_search, names
from knowledge.department_search import Sought
from knowledge.models import Department

SHOWN = 50

router = APIRouter(prefix=DEPARTMENTS.page, include_in_schema=False)

Word = Annotated[str, Query(max_length=64)]


@dataclass(frozen=True)
class Row:
    """One department, as the list shows it."""

    code: str
    name: str
    short_name: str
    district: str
    kind: str
    accepts: bool
    telephone: str
    open: int


def sought(q: Word = "", district: Word = "", kind: Word = "", accepts: Word = "") -> Sought:
    """Read the filters from the address."""
    asked = (q, district, kind, accepts)
    return Sought(*map(plain, asked))


Filters = Annotated[Sought, Depends(sought)]


@router.get("", response_class=HTMLResponse)
def departments(
    viewer: RuleReader, request: Request, session: SessionDep, filters: Filters, after: Word = ""
) -> Response:
    """Show a page of the departments that the filters let through."""
    found = department_search.found(
        session, filters, after=after.replace("\0", ""), limit=SHOWN + 1
    )
    page = list(found[:SHOWN])
    return shown(
        request,
        viewer,
        "departments",
        DEPARTMENTS,
        rows=_rows(session, page),
        filters=filters,
        districts=places.districts(session),
        kinds=checks.DEPARTMENT_KINDS,
        query=query_of(
            q=filters.words,
            district=filters.district,
            kind=filters.kind,
            accepts=filters.accepts,
        ),
        after=page[-1].code if len(found) > SHOWN else "",
        first=not after,
    )


def _rows(session: Session, page: list[Department]) -> list[Row]:
    open_ones = open_orders.counts(session, [each.code for each in page])
    areas = names.district_names(session, {each.district_code for each in page})
    return [
        Row(
            code=each.code,
            name=each.name,
            short_name=each.short_name,
            district=areas.get(each.district_code, each.district_code),
            kind=each.kind,
            accepts=each.accepts,
            telephone=each.telephone,
            open=open_ones.get(each.code, 0),
        )
        for each in page
    ]
