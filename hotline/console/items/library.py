"""政务服务事项: look one up, browse, and read one; filters stay in the address."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch import tickets
from dispatch.ending import item_answers
from hotline.console.answering.library import MOST_ASKED, ON_PAGE, Reader, Word, clean
from hotline.console.faults import PREFIX
from hotline.console.frame import templates
from hotline.console.items import views
from hotline.console.items.item_page import item_view
from hotline.console.moments import short
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import beijing_day, now
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from knowledge import lineage
from knowledge.articles import finding as articles
from knowledge.articles.states import TextStatus
from knowledge.items import finding, searching
from knowledge.items.finding import Told
from knowledge.searching.entries import Asked

PAGE = f"{PREFIX}/items"

router = APIRouter(prefix=PAGE, include_in_schema=False)


class Shelf(StrEnum):
    """Which versions are listed; `gaps` hold, with something that nobody could support."""

    HELD = "held"
    GAPS = "gaps"
    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"


@router.get("", response_class=HTMLResponse)
def home(
    viewer: Reader,
    request: Request,
    session: SessionDep,
    q: Annotated[str, Query(max_length=MOST_ASKED)] = "",
    department: Word = "",
    district: Word = "",
    shelf: Shelf = Shelf.HELD,
    after: Annotated[int, Query(ge=0, le=LARGEST_ROW)] = 0,
) -> Response:
    """Show what answers `q`; without it the items, page by page."""
    at = now()
    chosen = {"department": clean(department), "district": clean(district)}
    shown: dict[str, Any] = {
        "viewer": viewer,
        "here": "items",
        "as_of": at,
        **chosen,
        "q": clean(q),
        "shelf": shelf,
        "shelves": list(Shelf),
        "owners": finding.owners(session),
        "places": articles.places(session),
    }
    if shown["q"]:
        shown |= _found(session, shown["q"], **chosen, at=at)
    else:
        shown |= _browsed(session, shelf, **chosen, after=after, at=at)
    return templates.TemplateResponse(request, "items/library.html", shown)


@router.get("/read/{item}", response_class=HTMLResponse)
def one(
    viewer: Reader, item: str, request: Request, session: SessionDep, ticket: Word = ""
) -> Response:
    """Show an item; opened from a ticket, its checklist can be sent to who asked there."""
    at = now()
    found = finding.find(session, clean(item))
    view = item_view(session, found, viewer, now=at)
    shown = {"viewer": viewer, "here": "items", "as_of": at, "view": view, "ticket": None}
    if ticket and Permission.TICKET_READ in viewer.may:
        of = tickets.find(session, clean(ticket), reader=viewer.actor)
        told = item_answers.sent(session, of)
        before = told.get((view.key, view.shown.row.number)) if view.shown else None
        shown |= {"ticket": of, "sent": short(before) if before else ""}
    return templates.TemplateResponse(request, "items/item.html", shown)


def _found(
    session: Session, q: str, department: str, district: str, at: datetime
) -> dict[str, Any]:
    places = lineage.upwards(session, district) if district else ()
    found = searching.search(session, Asked(q, beijing_day(at), places, department))
    lines = views.found_lines(session, found, q, now=at)
    return {
        "lines": [each for each in lines if not each.expired],
        "expired": [each for each in lines if each.expired],
        "good": any(each.good for each in found),
    }


def _browsed(
    session: Session, shelf: Shelf, department: str, district: str, after: int, at: datetime
) -> dict[str, Any]:
    places = lineage.upwards(session, district) if district else ()
    page: dict[str, Any] = {
        "department": department,
        "districts": places,
        "after": after,
        "limit": ON_PAGE + 1,
    }
    told = _on(session, shelf, page, at)
    more = told[ON_PAGE - 1][0].id if len(told) > ON_PAGE else None
    return {"lines": views.lines(session, told[:ON_PAGE], "", now=at), "more": more}


def _on(session: Session, shelf: Shelf, page: dict[str, Any], at: datetime) -> list[Told]:
    if shelf in (Shelf.HELD, Shelf.GAPS):
        lacking = shelf is Shelf.GAPS
        return list(finding.listed(session, on=beijing_day(at), lacking=lacking, **page))
    return list(finding.listed_under_way(session, TextStatus(shelf), **page))
