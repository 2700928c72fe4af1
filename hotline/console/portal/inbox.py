"""收件箱: a department's orders by their clocks, live; many of them signed at once."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.handling import inbox, orders
from dispatch.handling.inbox import Wanted
from dispatch.states import OrderStatus
from dispatch.terms import RequestType
from hotline.console.faults import PORTAL, Misfilled
from hotline.console.frame import Viewer, templates
from hotline.console.portal import inbox_views
from hotline.console.portal.desk import INBOX, ORDERS, Handler
from hotline.console.words import say
from hotline.core.clock import now
from hotline.core.errors import HotlineError
from hotline.web.access import SessionDep
from hotline.web.paging import decode_cursor, encode_cursor

SHOWN = 50
MOST_SIGNED = 200
_CODE = 12

router = APIRouter(prefix=PORTAL, include_in_schema=False)


def wanted_of(
    status: OrderStatus | None = None,
    overdue: bool = False,
    district: Annotated[str, Query(max_length=_CODE)] = "",
    type: Annotated[str, Query(max_length=_CODE)] = "",
    onward: bool = False,
) -> Wanted:
    """Return what the URL asks for; a type that is none asks for nothing less."""
    known = type if type in set(RequestType) else ""
    return Wanted(status, overdue, district, known, onward)


@router.get("/", response_class=HTMLResponse)
def home(
    viewer: Handler,
    request: Request,
    session: SessionDep,
    status: Annotated[str, Query(max_length=_CODE)] = "",
    overdue: bool = False,
    district: Annotated[str, Query(max_length=_CODE)] = "",
    type: Annotated[str, Query(max_length=_CODE)] = "",
    onward: bool = False,
    after: Annotated[str, Query(max_length=200)] = "",
    signed: Annotated[int, Query(ge=0, le=MOST_SIGNED)] = 0,
    refused: Annotated[int, Query(ge=0, le=MOST_SIGNED)] = 0,
) -> Response:
    """Show a page of orders, the most urgent first."""
    wanted = wanted_of(_status(status), overdue, district, type, onward)
    shown = {"signed": signed, "refused": refused, **_page(session, viewer, wanted, after)}
    return templates.TemplateResponse(request, "portal/inbox.html", shown)


@router.get("/rows", response_class=HTMLResponse)
def rows(
    viewer: Handler,
    request: Request,
    session: SessionDep,
    status: Annotated[str, Query(max_length=_CODE)] = "",
    overdue: bool = False,
    district: Annotated[str, Query(max_length=_CODE)] = "",
    type: Annotated[str, Query(max_length=_CODE)] = "",
    onward: bool = False,
) -> Response:
    """Return the first page's lines and the counts alone, for the page that is already open."""
    wanted = wanted_of(_status(status), overdue, district, type, onward)
    shown = {"part": True, **_page(session, viewer, wanted, "")}
    return templates.TemplateResponse(request, "portal/inbox_state.html", shown)


@router.get("/find")
def find(viewer: Handler, session: SessionDep, number: str) -> Response:
    """Go to the order with this number."""
    found = orders.find(session, number.strip(), reader=viewer.actor)
    return RedirectResponse(f"{ORDERS}/{found.number}", status_code=303)


@router.post("/accept")
def accept_many(
    viewer: Handler,
    session: SessionDep,
    number: Annotated[list[str], Form(max_length=MOST_SIGNED)] = [],  # noqa: B006  # a form's
) -> Response:
    """批量签收: each order is taken or refused by itself."""
    if not number:
        raise Misfilled(say("portal.none_ticked"))
    # By number, so that two who share orders lock them in one order.
    taken = sum(_accepted(session, viewer, each) for each in sorted(set(number)))
    refused = len(set(number)) - taken
    return RedirectResponse(f"{INBOX}?signed={taken}&refused={refused}", status_code=303)


def _accepted(session: Session, viewer: Viewer, number: str) -> bool:
    """Take one order in a savepoint of its own, so that a refusal undoes nothing else."""
    try:
        with session.begin_nested():
            order = orders.find(session, number, reader=viewer.actor, lock=True)
            orders.accept(session, order, actor=viewer.actor, now=now())
            session.flush()
    except HotlineError:
        return False  # told as a number: the list shows who has it now
    return True


def _status(written: str) -> OrderStatus | None:
    """Return the status; None for none, or for one that there is not."""
    return OrderStatus(written) if written in set(OrderStatus) else None


def _page(session: Session, viewer: Viewer, wanted: Wanted, after: str) -> dict[str, Any]:
    moment = now()
    place = decode_cursor(after)
    found = inbox.listed(
        session, wanted, reader=viewer.actor, now=moment, after=place, limit=SHOWN + 1
    )
    groups = inbox.counted(session, reader=viewer.actor, onward=wanted.onward, now=moment)
    last = found[SHOWN - 1] if len(found) > SHOWN else None
    lines = inbox_views.rows(session, found[:SHOWN], mine=not wanted.onward, now=moment)
    return {
        "viewer": viewer,
        "wanted": wanted,
        "query": inbox_views.query_of(wanted),
        "filters": inbox_views.filters(session, groups, wanted),
        "rows": lines,
        "signable": any(each.signable for each in lines),
        "first_page": inbox_views.url_of(wanted),
        "state_url": inbox_views.url_of(wanted, f"{PORTAL}/rows"),
        "after": after,
        "more": inbox_views.url_of(wanted, after=encode_cursor(*last.place)) if last else "",
        "as_of": moment,
    }
