"""同看提醒: who else has the same ticket open, so that two don't do the same."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from dispatch.drafting import company
from hotline.console import callings, moments
from hotline.console.faults import PREFIX
from hotline.console.frame import TicketReader, templates
from hotline.core.clock import now
from hotline.web.access import SessionDep

router = APIRouter(prefix=f"{PREFIX}/tickets/{{number}}/company", include_in_schema=False)


@router.get("", response_class=HTMLResponse)
def beat(viewer: TicketReader, number: str, request: Request, session: SessionDep) -> Response:
    """Say that the viewer is on the ticket, and return who else is.

    It is no POST: a page that renews itself must not keep somebody signed in who has gone home.
    """
    ticket, at = company.ticket_of(session, number, viewer.actor), now()
    company.stay(session, ticket, viewer.actor, now=at)
    there = company.others(session, ticket, viewer.actor, now=at)
    names = callings.called(session, {each.who for each in there})
    shown = {"there": [(names[each.who], moments.short(each.since)) for each in there]}
    return templates.TemplateResponse(request, "drafting/company.html", shown)


@router.post("/leave")
def leave(viewer: TicketReader, number: str, session: SessionDep) -> Response:
    """Say that the viewer's page is gone."""
    ticket = company.ticket_of(session, number, viewer.actor)
    company.leave(session, ticket, viewer.actor)
    return Response(status_code=204)
