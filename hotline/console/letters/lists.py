"""函件: the list by state and by what is late, and the sheet that is printed."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from dispatch.letters.reading import Wanted
from dispatch.letters.states import Kind, Status
from hotline.console import moments
from hotline.console.callings import called
from hotline.console.frame import templates
from hotline.console.letters import frame, views
from hotline.console.letters.frame import PAGE, Reader
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web import watermark
from hotline.web.access import SessionDep

router = APIRouter(include_in_schema=False)


@router.get("", response_class=HTMLResponse)
def show(
    viewer: Reader,
    request: Request,
    session: SessionDep,
    status: Status | None = None,
    kind: Kind | None = None,
    late: bool = False,
    before: Annotated[int, Query(ge=0, le=LARGEST_ROW)] = 0,
) -> Response:
    """Show letters, the newest first."""
    moment, wanted = now(), Wanted(status, kind, late)
    told = {
        "viewer": viewer,
        "as_of": moment,
        "page": PAGE,
        "statuses": list(Status),
        "kinds": list(Kind),
        "writes": Permission.LETTER_WRITE in viewer.may,
        **views.listed(session, wanted, reader=viewer.actor, before=before, now=moment),
    }
    return templates.TemplateResponse(request, "letters/list.html", told)


@router.get("/{letter_id}/sheet", response_class=HTMLResponse)
def sheet(viewer: Reader, letter_id: int, request: Request, session: SessionDep) -> Response:
    """Show the letter as it is printed."""
    letter, moment = frame.found(session, viewer, letter_id), now()
    shown = views.whole(session, letter, reader=viewer.actor, callings=called, now=moment)
    told = {
        "viewer": viewer,
        "back": f"{PAGE}/{letter.id}",
        "mark": watermark.of(viewer.actor, moment, letter.number or ""),
        "printed": moments.full(moment),
        **shown,
    }
    return templates.TemplateResponse(request, "letters/sheet.html", told)
