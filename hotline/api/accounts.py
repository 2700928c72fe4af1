"""人员管理 over HTTP: an administrator makes, changes and closes accounts."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from hotline.api.account_writes import AccountWrite, account_out
from hotline.api.fields import LARGEST_ROW, Number
from hotline.api.schemas_accounts import (
    AccountChange,
    AccountIn,
    AccountOut,
    AccountPage,
    NewPassword,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Account, Actor, Role
from hotline.core.clock import now
from hotline.core.confidentiality import Confidentiality
from hotline.core.errors import Invalid
from hotline.core.people import passwords, staff
from hotline.core.people.staff import OF_A_DEPARTMENT, Place
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING
from hotline.web.versions import tag
from knowledge.staff import require_place

router = APIRouter(prefix="/api/v1/accounts", tags=["accounts"], responses=READING)

Manager = Annotated[Actor, Depends(permit(Permission.ACCOUNT_MANAGE))]


@router.get("", operation_id="list_accounts", summary="List people's accounts (账号)")
def list_accounts(
    _actor: Manager,
    session: SessionDep,
    request: Request,
    response: Response,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> AccountPage:
    """Return accounts in the order in which they were made; disabled ones stay in the list."""
    after = decode_cursor(cursor)
    row = after[1] if after else 0
    if not 0 <= row <= LARGEST_ROW:
        raise Invalid("The cursor is not one of ours.", remedy="Start without one.")
    found = staff.listed(session, after=row, limit=limit)
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(last.created_at, last.id or 0) if last else None
    link_next(request, response, following)
    return AccountPage(items=[account_out(each) for each in found], next=following)


@router.post(
    "",
    operation_id="create_account",
    status_code=201,
    summary="Make an account (新建账号)",
    responses=WRITING,
)
def create_account(actor: Manager, write: Writing, given: AccountIn) -> NewPassword:
    """Let somebody sign in. The password is shown once, and they choose their own with it first."""
    password = passwords.temporary_password()
    made: list[str] = []

    def act() -> AccountOut:
        account = staff.create(
            write.session,
            given.username,
            _place(write.session, given),
            password=password,
            display_name=given.display_name,
            actor=actor,
            now=now(),
        )
        made.append(password)
        return account_out(account)

    body = write.once(act, actor, given.model_dump_json(), again=as_kept)
    return NewPassword(**body, password=made[0] if made else None)


@router.get("/{username}", operation_id="get_account", summary="Read an account (账号)")
def get_account(
    _actor: Manager, username: Number, session: SessionDep, response: Response
) -> AccountOut:
    """Return one account; its ETag is what If-Match names."""
    account = staff.find(session, username)
    tag(response, account.version)
    return account_out(account)


@router.patch(
    "/{username}",
    operation_id="change_account",
    summary="Change an account (调岗、改名)",
    response_model=AccountOut,
    responses=WRITING,
)
def change_account(actor: Manager, write: AccountWrite, given: AccountChange) -> Any:
    """Give somebody another role, department, district, clearance or name; nobody raises their own.

    A role that belongs to no department leaves the old department behind.
    """

    def act(account: Account) -> object:
        place = require_place(write.session, _changed(account, given))
        named = given.display_name or account.display_name
        return staff.change(
            write.session, account, place=place, display_name=named, actor=actor, now=now()
        )

    return write.do(act, actor, given.model_dump_json(exclude_unset=True))


@router.post(
    "/{username}/disable",
    operation_id="disable_account",
    summary="Disable an account (停用)",
    response_model=AccountOut,
    responses=WRITING,
)
def disable_account(actor: Manager, write: AccountWrite) -> Any:
    """End the person's sessions at once and let them in no more; their work stays readable."""
    return write.do(
        lambda account: staff.disable(write.session, account, actor=actor, now=now()), actor
    )


@router.post(
    "/{username}/enable",
    operation_id="enable_account",
    summary="Enable an account (启用)",
    response_model=AccountOut,
    responses=WRITING,
)
def enable_account(actor: Manager, write: AccountWrite) -> Any:
    """Let the person in again, with the password they had."""
    return write.do(
        lambda account: staff.enable(write.session, account, actor=actor, now=now()), actor
    )


@router.post(
    "/{username}/unlock",
    operation_id="unlock_account",
    summary="Unlock an account (解锁)",
    response_model=AccountOut,
    responses=WRITING,
)
def unlock_account(actor: Manager, write: AccountWrite) -> Any:
    """Forget the wrong passwords that keep the account closed."""
    return write.do(
        lambda account: staff.unlock(write.session, account, actor=actor, now=now()), actor
    )


@router.post(
    "/{username}/reset-password",
    operation_id="reset_password",
    summary="Reset a password (重置密码)",
    responses=WRITING,
)
def reset_password(actor: Manager, write: AccountWrite) -> NewPassword:
    """Return a password that is shown once; with it the person must first choose their own."""
    return write.with_password(
        lambda account: staff.reset_password(write.session, account, actor=actor, now=now()), actor
    )


def _place(session: Session, given: AccountIn) -> Place:
    place = Place(given.role, given.department, given.district, given.clearance)
    return require_place(session, place)


def _changed(account: Account, given: AccountChange) -> Place:
    """Return the place that is meant; raise Invalid when it does not fit together."""
    role = given.role or Role(account.role)
    kept = account.department if role in OF_A_DEPARTMENT else ""
    return Place(
        role,
        kept if given.department is None else given.department,
        account.district if given.district is None else given.district,
        given.clearance or Confidentiality(account.clearance),
    )
