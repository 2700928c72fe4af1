"""常用视图: lists kept by name, and with which of them one begins."""

from typing import Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse

from dispatch.listing import saved_views
from dispatch.listing.saved_views import LONGEST_NAME, MOST, Kept
from hotline.console.faults import PREFIX, Misfilled
from hotline.console.frame import TicketReader
from hotline.console.listing import asking
from hotline.console.listing.asking import ALL, address
from hotline.console.words import say
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import now
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.web.access import SessionDep

router = APIRouter(prefix=f"{PREFIX}/listing/views", include_in_schema=False)


@router.post("")
def save(
    viewer: TicketReader,
    session: SessionDep,
    name: Annotated[str, Form()] = "",
    query: Annotated[str, Form()] = "",
    shared: Annotated[bool, Form()] = False,
    first: Annotated[bool, Form()] = False,
) -> Response:
    """Keep the list that is open under this name; an own one of that name gives way."""
    asked = asking.of_query(session, query)
    kept = Kept(name, asked.query, shared)
    try:
        view = saved_views.save(session, kept, actor=viewer.actor, now=now())
    except Invalid as error:
        raise Misfilled(say("listing.name_missing", most=LONGEST_NAME)) from error
    except Conflict as error:
        raise Misfilled(say("listing.views_full", most=MOST)) from error
    if first:
        saved_views.begin_with(session, view.id, actor=viewer.actor)
    return RedirectResponse(address(asked.query or ALL), status_code=303)


@router.post("/first")
def begin(
    viewer: TicketReader,
    session: SessionDep,
    view: Annotated[int, Form(ge=0, le=LARGEST_ROW)] = 0,
    query: Annotated[str, Form()] = "",
) -> Response:
    """默认视图: begin with this view from now on; 0: with the whole list."""
    asked = asking.of_query(session, query)
    saved_views.begin_with(session, view or None, actor=viewer.actor)
    return RedirectResponse(address(asked.query or ALL), status_code=303)


@router.post("/{view_id}/remove")
def remove(
    viewer: TicketReader,
    view_id: int,
    session: SessionDep,
    query: Annotated[str, Form()] = "",
) -> Response:
    """Forget a view: one's own, or a shared one for who may share."""
    if not 0 < view_id <= LARGEST_ROW:
        raise NotFound(f"There is no view {view_id}.")
    asked = asking.of_query(session, query)
    saved_views.remove(session, view_id, actor=viewer.actor)
    return RedirectResponse(address(asked.query or ALL), status_code=303)
