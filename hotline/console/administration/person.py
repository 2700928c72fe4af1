"""One person's account: what they are, what that lets them do, where they are signed in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from hotline.console import moments
from hotline.console.administration import staff as pages
from hotline.console.administration.areas import AUDIT, STAFF
from hotline.console.administration.frame import (
    Refusal,
    StaffManager,
    attempt,
    require_fresh,
    shown,
)
from hotline.console.administration.staff import PlaceForm, Typed
from hotline.console.frame import Viewer
from hotline.core.accounts import Account, Role
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.core.people import login_sessions, staff
from hotline.core.people.staff_search import State
from hotline.core.security import PERMISSIONS, Permission
from hotline.web.access import SessionDep, idle_span

router = APIRouter(prefix=STAFF.page, include_in_schema=False)

Version = Annotated[int, Form()]


@dataclass(frozen=True)
class Login:
    """One device on which the person is signed in."""

    id: str
    device: str
    since: str
    seen: str


@router.get("/{username}", response_class=HTMLResponse)
def person(viewer: StaffManager, username: str, request: Request, session: SessionDep) -> Response:
    """Show one account."""
    return _shown(request, session, viewer, _found(session, username))


@router.post("/{username}", response_class=HTMLResponse)
def change(
    viewer: StaffManager,
    username: str,
    request: Request,
    session: SessionDep,
    version: Version,
    typed: Typed,
) -> Response:
    """调岗、改名: nobody raises their own; what was typed stays when it is refused."""

    def act() -> None:
        account = _fresh(session, username, version)
        place, named = typed.place(session), typed.display_name or account.display_name
        staff.change(
            session, account, place=place, display_name=named, actor=viewer.actor, now=now()
        )

    if refused := attempt(session, act):
        account = _found(session, username)
        return _shown(request, session, viewer, account, refused=refused, typed=typed)
    return _to(username)


@router.post("/{username}/reset-password", response_class=HTMLResponse)
def reset_password(
    viewer: StaffManager, username: str, request: Request, session: SessionDep, version: Version
) -> Response:
    """重置密码: answer with it; nobody can be shown it a second time."""
    given: list[str] = []

    def act() -> None:
        account = _fresh(session, username, version)
        given.append(staff.reset_password(session, account, actor=viewer.actor, now=now()))

    refused = attempt(session, act)
    account = _found(session, username)
    password = given[0] if given and not refused else ""
    return _shown(request, session, viewer, account, refused=refused, password=password)


@router.post("/{username}/sessions/end", response_class=HTMLResponse)
def end_sessions(
    viewer: StaffManager,
    username: str,
    session: SessionDep,
    login: Annotated[UUID | None, Form()] = None,
) -> Response:
    """Sign the person out on one device, or everywhere."""
    account = _found(session, username)
    if login:
        login_sessions.revoke(session, account, login, actor=viewer.actor, now=now())
    else:
        login_sessions.revoke_all(session, account, actor=viewer.actor, now=now())
    return _to(username)


_VERBS: dict[str, Callable[..., Account]] = {
    "disable": staff.disable,
    "enable": staff.enable,
    "unlock": staff.unlock,
}


@router.post("/{username}/{verb}", response_class=HTMLResponse)
def do(
    viewer: StaffManager,
    username: str,
    verb: str,
    request: Request,
    session: SessionDep,
    version: Version,
) -> Response:
    """停用、启用、解锁."""
    if verb not in _VERBS:
        raise NotFound(f"Nothing is called {verb!r} here.")

    def act() -> None:
        account = _fresh(session, username, version)
        _VERBS[verb](session, account, actor=viewer.actor, now=now())

    if refused := attempt(session, act):
        return _shown(request, session, viewer, _found(session, username), refused=refused)
    return _to(username)


def _found(session: Session, username: str) -> Account:
    if "\0" in username:
        raise NotFound("Nobody is called so.")
    return staff.find(session, username)


def _fresh(session: Session, username: str, version: int) -> Account:
    """Return the account, locked; raise Overtaken when it has changed since."""
    account = staff.find(session, username.replace("\0", ""), lock=True)
    require_fresh(str(version), str(account.version))
    return account


def _to(username: str) -> Response:
    return RedirectResponse(f"{STAFF.page}/{quote(username)}", status_code=303)


def _shown(
    request: Request,
    session: Session,
    viewer: Viewer,
    account: Account,
    *,
    refused: Refusal | None = None,
    typed: PlaceForm | None = None,
    password: str = "",
) -> Response:
    found = login_sessions.sessions_of(session, account, idle=idle_span(), now=now())
    (row,) = pages.rows(session, [account])
    return shown(
        request,
        viewer,
        "person",
        STAFF,
        refused=refused,
        account=account,
        row=row,
        own=account.username == viewer.actor.name,
        typed=typed or _as_typed(account),
        password=password,
        locked_until=_until(account, row.state),
        logins=[_login(each) for each in found],
        may_do=_may_do(Role(account.role)),
        audit=f"{AUDIT.page}?subject={quote('account:' + account.username)}",
        **pages.choices(session),
    )


def _until(account: Account, state: State) -> str:
    locked = account.locked_until if state is State.LOCKED else None
    return moments.short(locked) if locked else ""


def _login(each: login_sessions.LoginSession) -> Login:
    return Login(
        id=str(each.public_id),
        device=each.device,
        since=moments.short(each.created_at),
        seen=moments.short(each.seen_at) if each.seen_at else "",
    )


def _may_do(role: Role) -> list[tuple[str, str]]:
    """Return what the role may do and how far, as the table of permissions says it."""
    return [
        (each.value, PERMISSIONS[each][role].value)
        for each in Permission
        if role in PERMISSIONS[each]
    ]


def _as_typed(account: Account) -> PlaceForm:
    return PlaceForm(
        account.display_name, account.role, account.department, account.district, account.clearance
    )
