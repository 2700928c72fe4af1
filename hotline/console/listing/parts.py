"""Parts of the list's page that are fetched by themselves: how many there are, what to choose."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session, col, select

from dispatch.listing import listed
from dispatch.listing.listed import Wanted
from hotline.console.faults import PREFIX
from hotline.console.frame import TicketReader, Viewer, templates
from hotline.console.listing import asking
from hotline.console.listing.asking import Asked
from hotline.core.clock import now
from hotline.web.access import SessionDep
from knowledge import names
from knowledge.models import District, Matter

COUNTED = 1000  # more are not counted out

router = APIRouter(prefix=f"{PREFIX}/listing", include_in_schema=False)


@router.get("/count", response_class=HTMLResponse)
def count(viewer: TicketReader, request: Request, session: SessionDep) -> Response:
    """Return how many tickets the list has."""
    asked = asking.of(session, request.query_params.multi_items())
    shown = {"count": counted(session, asked, viewer)}
    return templates.TemplateResponse(request, "listing/count.html", shown)


@router.get("/choices/{kind}", response_class=HTMLResponse)
def choices(_viewer: TicketReader, kind: str, request: Request, session: SessionDep) -> Response:
    """Return the districts, the matters or the departments that a field may name."""
    known = {"districts": _districts, "matters": _matters, "departments": names.accepting}
    found = known[kind](session) if kind in known else ()
    return templates.TemplateResponse(request, "departments.html", {"names": found})


def counted(session: Session, asked: Asked, viewer: Viewer) -> str:
    """Return how many there are, `1000+` where they are more."""
    wanted = Wanted(asked.filters, viewer.actor, now())
    found = listed.count(session, wanted, most=COUNTED)
    return f"{COUNTED}+" if found > COUNTED else str(found)


def _districts(session: Session) -> list[str]:
    return list(session.exec(select(District.name_zh).order_by(col(District.code))))


def _matters(session: Session) -> list[str]:
    rows = session.exec(select(Matter).order_by(col(Matter.code)))
    return ["/".join(filter(None, (each.l1, each.l2, each.l3))) for each in rows]
