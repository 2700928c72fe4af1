"""本人 over HTTP: who asks and what they may, their password, the devices they are signed in on."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from hotline.api.schemas_accounts import EndedOut, LoginList, LoginOut, MeOut, PasswordIn
from hotline.core.accounts import Account, Actor, Role
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.core.people import login_sessions
from hotline.core.security import Permission, may
from hotline.web.access import SessionDep, account_of, idle_span, login_of, permit
from hotline.web.problems import READING, WRITING
from hotline.web.refusals import change_password
from hotline.web.turns import Turn

router = APIRouter(prefix="/api/v1/me", tags=["me"], responses=READING)

Oneself = Annotated[Actor, Depends(permit(Permission.SELF))]


def own_account(actor: Oneself, request: Request, session: SessionDep) -> Account:
    """Return the account of the person who asks; raise NotFound for a department's system."""
    account = account_of(request, session)
    if account is None or account.username != actor.name:
        raise NotFound(f"{actor} is no person with an account.", remedy="Sign in by name.")
    return account


Own = Annotated[Account, Depends(own_account)]


@router.get("", operation_id="get_me", summary="Who I am (本人)")
def get_me(actor: Oneself) -> MeOut:
    """Return who asks and what they may do; a department's system is answered too."""
    return MeOut(
        name=actor.name,
        role=actor.role or "",
        department=actor.department,
        district=actor.district,
        clearance=actor.clearance,
        must_change_password=actor.role is not Role.SYSTEM and actor.scopes == frozenset(),
        may=[each.value for each in Permission if may(actor, each)],
    )


@router.post(
    "/password",
    operation_id="change_password",
    status_code=204,
    summary="Change my password (修改密码)",
    responses=WRITING,
)
def change_my_password(
    _turn: Turn,
    _actor: Oneself,
    mine: Own,
    request: Request,
    session: SessionDep,
    given: PasswordIn,
) -> None:
    """Choose a password of one's own; every other session of the person's ends."""
    login = login_of(request, session)
    keep = login.public_id if login else None
    change_password(request, session, mine, old=given.old, new=given.new, keep=keep)


@router.get("/sessions", operation_id="list_my_sessions", summary="Where I am signed in (会话)")
def list_my_sessions(_actor: Oneself, mine: Own, session: SessionDep) -> LoginList:
    """Return one's own sessions, the one seen last first."""
    found = login_sessions.sessions_of(session, mine, idle=idle_span(), now=now())
    return LoginList(items=[LoginOut.model_validate(each) for each in found])


@router.delete("/sessions", operation_id="end_my_sessions", summary="Sign out everywhere else")
def end_my_sessions(actor: Oneself, mine: Own, request: Request, session: SessionDep) -> EndedOut:
    """End every session of one's own but the one that asks."""
    login = login_of(request, session)
    but = login.public_id if login else None
    ended = login_sessions.revoke_all(session, mine, actor=actor, now=now(), but=but)
    return EndedOut(ended=ended)


@router.delete(
    "/sessions/{login_id}",
    operation_id="end_my_session",
    status_code=204,
    summary="Sign out on one device",
)
def end_my_session(actor: Oneself, mine: Own, login_id: UUID, session: SessionDep) -> None:
    """End one session of one's own."""
    login_sessions.revoke(session, mine, login_id, actor=actor, now=now())
