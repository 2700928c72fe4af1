"""案例库: searched by words, matter and kind, and a new case begun."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from dispatch.cases import reading, writing
from dispatch.cases.reading import Wanted
from dispatch.cases.states import Kind, Status
from dispatch.problems import scopes
from hotline.console import navigation
from hotline.console.administration.frame import Refusal, attempt
from hotline.console.cases.form import Filled, Typed
from hotline.console.frame import Seeing, TicketReader, Viewer, templates
from hotline.core.clock import beijing_day, now
from hotline.core.errors import Invalid
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from hotline.web.paging import decode_cursor, encode_cursor

PAGE = navigation.CASES.page
SHOWN = 50

router = APIRouter(prefix=PAGE, include_in_schema=False)

Writer = Annotated[Viewer, Depends(Seeing(Permission.CASE_WRITE))]
Word = Annotated[str, Query(max_length=200)]


@router.get("", response_class=HTMLResponse)
def show(
    viewer: TicketReader,
    request: Request,
    session: SessionDep,
    words: Word = "",
    matter: Word = "",
    kind: Word = "",
    status: Annotated[Status, Query()] = Status.PUBLISHED,
    on: str = "",
) -> Response:
    """Show the cases that have all these words, those written last first."""
    asked = {"words": words.replace("\0", ""), "matter": _matter(matter), "kind": kind}
    which = Kind(kind) if kind in list(Kind) else None
    wanted = Wanted(asked["words"], asked["matter"], which, status)
    before = decode_cursor(on)
    found = reading.listed(session, wanted, reader=viewer.actor, before=before, limit=SHOWN + 1)
    page = found[:SHOWN]
    last = page[-1] if len(found) > SHOWN else None
    cursor = encode_cursor(last.written_at, last.id or 0) if last else ""
    told = {
        "viewer": viewer,
        "as_of": now(),
        "rows": [(each, beijing_day(each.written_at)) for each in page],
        "asked": asked,
        "status": status,
        "statuses": list(Status),
        "kinds": list(Kind),
        "writes": Permission.CASE_WRITE in viewer.may,
        "older": urlencode({**asked, "status": status, "on": cursor}) if last else "",
    }
    return templates.TemplateResponse(request, "cases/list.html", told)


@router.get("/new", response_class=HTMLResponse)
def new(viewer: Writer, request: Request, ticket: Word = "") -> Response:
    """Show the form of a case, its ticket filled in where a ticket's page led here."""
    return _form(request, viewer, Typed(tickets=ticket.replace("\0", "")))


@router.post("", response_class=HTMLResponse)
def create(viewer: Writer, request: Request, session: SessionDep, typed: Filled) -> Response:
    """写案例."""
    made: list[int] = []

    def act() -> None:
        case = writing.create(session, typed.wording(), actor=viewer.actor, now=now())
        made.append(case.id or 0)

    if refused := attempt(session, act):
        return _form(request, viewer, typed, refused)
    return RedirectResponse(f"{PAGE}/{made[0]}", status_code=303)


def _form(
    request: Request, viewer: Viewer, typed: Typed, refused: Refusal | None = None
) -> Response:
    told = {
        "viewer": viewer,
        "as_of": now(),
        "typed": typed,
        "kinds": list(Kind),
        "goes_to": PAGE,
        "refused": refused,
    }
    status = refused.status if refused else 200
    return templates.TemplateResponse(request, "cases/new.html", told, status_code=status)


def _matter(written: str) -> str:
    """Return the matter that was asked for; none for what can't be meant."""
    try:
        return scopes.path(written.replace("\0", ""))
    except Invalid:
        return ""
