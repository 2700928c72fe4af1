"""The console's first page: tickets as they arrive, without a reload."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.templating import Jinja2Templates
from sqlmodel import Session

from dispatch import intake, tickets
from dispatch.models import Ticket
from dispatch.states import TicketStatus
from dispatch.terms import RequestType, Urgency
from hotline.core import accounts
from hotline.core.clock import beijing, now
from hotline.core.errors import NotSignedIn
from hotline.core.settings import settings
from hotline.web.access import COOKIE, SessionDep, account_of, keep_cookie
from knowledge.models import District

SHOWN = 100
STATUS_NAMES = {
    TicketStatus.REGISTERED: "已受理",
    TicketStatus.DISPATCHED: "办理中",
    TicketStatus.AWAITING_CALLBACK: "待回访",
    TicketStatus.CLOSED: "已办结",
    TicketStatus.DECLINED: "不予受理",
    TicketStatus.HANDED_OVER: "已移交",
    TicketStatus.WITHDRAWN: "已撤回",
}

router = APIRouter(prefix="/console", include_in_schema=False)
templates = Jinja2Templates(Path(__file__).parent / "templates")


@router.get("/", response_class=HTMLResponse)
def home(request: Request, session: SessionDep) -> Response:
    """Show the newest tickets; who is not signed in is asked to."""
    account = account_of(request, session)
    if account is None:
        return templates.TemplateResponse(request, "sign_in.html", {"fault": ""})
    shown = {"account": account, "rows": _rows(session, tickets.newest(session, limit=SHOWN))}
    return templates.TemplateResponse(request, "tickets.html", shown)


@router.get("/rows", response_class=HTMLResponse)
def rows(request: Request, session: SessionDep) -> Response:
    """Return the table's rows alone, for the page that is already open."""
    if account_of(request, session) is None:
        raise NotSignedIn("The session has ended.", remedy="Sign in again.")
    shown = {"rows": _rows(session, tickets.newest(session, limit=SHOWN))}
    return templates.TemplateResponse(request, "rows.html", shown)


@router.post("/sign-in", response_class=HTMLResponse)
def sign_in(
    request: Request,
    session: SessionDep,
    username: Annotated[str, Form()],
    password: Annotated[str, Form()],
) -> Response:
    """Open a session and go to the tickets; or say what was wrong."""
    try:
        account = accounts.check_password(session, username, password)
    except NotSignedIn:
        fault = {"fault": "用户名或密码不对，请再试一次。"}
        return templates.TemplateResponse(request, "sign_in.html", fault, status_code=401)
    hours = settings().session_hours
    answer = RedirectResponse("/console/", status_code=303)
    keep_cookie(answer, accounts.open_session(session, account, hours=hours, now=now()), hours)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, session: SessionDep) -> Response:
    """Close the session."""
    accounts.close_session(session, request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/console/", status_code=303)
    answer.delete_cookie(COOKIE)
    return answer


def _rows(session: Session, found: Sequence[Ticket]) -> list[dict[str, str]]:
    return [
        {
            "number": ticket.number,
            "time": f"{beijing(ticket.created_at):%m-%d %H:%M}",
            "status": STATUS_NAMES[TicketStatus(ticket.status)],
            "type": RequestType(ticket.request_type).label,
            "urgency": Urgency(ticket.urgency).label,
            "urgent": str(ticket.urgency != Urgency.NORMAL).lower(),
            "matter": " / ".join(level for level in ticket.category if level),
            "district": session.get_one(District, ticket.district).name_zh,
            "department": _department(session, ticket),
            "title": ticket.title,
        }
        for ticket in found
    ]


def _department(session: Session, ticket: Ticket) -> str:
    proposal = intake.proposal_of(session, ticket)
    return str(proposal.body.get("department", "")) if proposal else ""
