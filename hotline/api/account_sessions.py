"""会话 of other people over HTTP: an administrator sees who is signed in where, and ends it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from hotline.api.fields import Number
from hotline.api.schemas_accounts import EndedOut, LoginList, LoginOut
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.people import login_sessions, staff
from hotline.core.security import Permission
from hotline.web.access import SessionDep, idle_span, permit
from hotline.web.problems import READING

router = APIRouter(
    prefix="/api/v1/accounts/{username}/sessions", tags=["accounts"], responses=READING
)

Manager = Annotated[Actor, Depends(permit(Permission.ACCOUNT_MANAGE))]


@router.get("", operation_id="list_account_sessions", summary="List a person's sessions (会话)")
def list_sessions(_actor: Manager, username: Number, session: SessionDep) -> LoginList:
    """Return where the person is signed in, the device seen last first."""
    account = staff.find(session, username)
    found = login_sessions.sessions_of(session, account, idle=idle_span(), now=now())
    return LoginList(items=[LoginOut.model_validate(each) for each in found])


@router.delete("", operation_id="end_account_sessions", summary="End a person's sessions")
def end_sessions(actor: Manager, username: Number, session: SessionDep) -> EndedOut:
    """Sign the person out everywhere."""
    account = staff.find(session, username)
    ended = login_sessions.revoke_all(session, account, actor=actor, now=now())
    return EndedOut(ended=ended)


@router.delete(
    "/{login_id}",
    operation_id="end_account_session",
    status_code=204,
    summary="End one session of a person's",
)
def end_session(actor: Manager, username: Number, login_id: UUID, session: SessionDep) -> None:
    """Sign the person out on one device."""
    account = staff.find(session, username)
    login_sessions.revoke(session, account, login_id, actor=actor, now=now())
