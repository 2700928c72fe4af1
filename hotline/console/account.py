"""我的账号: one's own page: who one is, the password, the devices one is signed in on."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from hotline.console import moments
from hotline.console.faults import ACCOUNT, PREFIX
from hotline.console.frame import Oneself, Viewer, templates
from hotline.console.words import name_of, say
from hotline.core.accounts import Account
from hotline.core.clock import now
from hotline.core.errors import Invalid
from hotline.core.people import login_sessions, passwords, staff
from hotline.core.people.signing_in import Refused
from hotline.web.access import SessionDep, idle_span, login_of
from hotline.web.refusals import change_password
from hotline.web.turns import Turn
from knowledge import names

router = APIRouter(prefix=PREFIX, include_in_schema=False)


@dataclass(frozen=True)
class Login:
    """One device, as the page shows it."""

    id: str
    device: str
    since: str
    seen: str
    this: bool


@dataclass(frozen=True)
class Page:
    """What the page tells a person of themselves."""

    username: str
    role: str
    department: str
    district: str
    clearance: str
    must_change: bool
    has_password: bool
    shortest: int
    logins: list[Login]
    fault: str
    done: str


@router.get("/account", response_class=HTMLResponse)
def account(viewer: Oneself, request: Request, session: SessionDep, done: str = "") -> Response:
    """Show the page."""
    told = {"password": "account.changed", "session": "account.ended"}.get(done)
    return _shown(request, session, viewer, done=say(told) if told else "")


@router.post("/account/password", response_class=HTMLResponse)
def choose_password(
    _turn: Turn,
    viewer: Oneself,
    request: Request,
    session: SessionDep,
    old: Annotated[str, Form(max_length=4000)],
    new: Annotated[str, Form(max_length=4000)],
    again: Annotated[str, Form(max_length=4000)],
) -> Response:
    """Change one's own password; the other devices are signed out."""
    fault = "account.differ" if new != again else ""
    try:
        if not fault:
            mine, login = _own(session, viewer), login_of(request, session)
            keep = login.public_id if login else None
            change_password(request, session, mine, old=old, new=new, keep=keep)
    except Refused:
        fault = "account.wrong"
    except Invalid:
        fault = "account.same" if new == old else "account.poor"
    if fault:
        return _shown(request, session, viewer, fault=say(fault), status=422)
    return RedirectResponse(f"{ACCOUNT}?done=password", status_code=303)


@router.post("/account/sessions/end-others")
def end_others(viewer: Oneself, request: Request, session: SessionDep) -> Response:
    """Sign out everywhere else."""
    login, mine = login_of(request, session), _own(session, viewer)
    but = login.public_id if login else None
    login_sessions.revoke_all(session, mine, actor=viewer.actor, now=now(), but=but)
    return RedirectResponse(f"{ACCOUNT}?done=session", status_code=303)


@router.post("/account/sessions/{login_id}/end")
def end_session(viewer: Oneself, login_id: UUID, session: SessionDep) -> Response:
    """Sign one device out."""
    mine = _own(session, viewer)
    login_sessions.revoke(session, mine, login_id, actor=viewer.actor, now=now())
    return RedirectResponse(f"{ACCOUNT}?done=session", status_code=303)


def _own(session: Session, viewer: Viewer) -> Account:
    return staff.find(session, viewer.actor.name)


def _shown(
    request: Request,
    session: Session,
    viewer: Viewer,
    *,
    fault: str = "",
    done: str = "",
    status: int = 200,
) -> Response:
    page = _page(request, session, _own(session, viewer), fault, done)
    context = {"viewer": viewer, "page": page, "here": "account"}
    return templates.TemplateResponse(request, "account.html", context, status_code=status)


def _page(request: Request, session: Session, mine: Account, fault: str, done: str) -> Page:
    departments = names.department_names(session, {mine.department} - {""})
    return Page(
        username=mine.username,
        role=name_of("role", mine.role),
        department=departments.get(mine.department, mine.department),
        district=mine.district,
        clearance=name_of("confidentiality", mine.clearance),
        must_change=mine.must_change_password,
        has_password=bool(mine.password_hash),
        shortest=passwords.SHORTEST,
        logins=_logins(request, session, mine),
        fault=fault,
        done=done,
    )


def _logins(request: Request, session: Session, mine: Account) -> list[Login]:
    this = login_of(request, session)
    open_ones = login_sessions.sessions_of(session, mine, idle=idle_span(), now=now())
    return [
        Login(
            id=str(each.public_id),
            device=each.device,
            since=moments.full(each.created_at),
            seen=moments.full(each.seen_at or each.created_at),
            this=this is not None and this.public_id == each.public_id,
        )
        for each in open_ones
    ]
