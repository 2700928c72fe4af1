"""Accounts: names, roles and the first administrator."""

from datetime import datetime

import pytest
from sqlmodel import Session, delete

from hotline.core import accounts
from hotline.core.accounts import Account, Role
from hotline.core.errors import Conflict, Invalid
from hotline.core.people import signing_in
from hotline.core.people.lockout import Limits
from hotline.core.people.login_sessions import LoginSession


def test_the_first_administrator_is_made_once(session: Session, now: datetime) -> None:
    session.exec(delete(LoginSession))
    session.exec(delete(Account))
    password = accounts.ensure_first_administrator(session, now=now)
    assert password
    account = signing_in.by_password(session, "admin", password, limits=Limits(), now=now)
    assert account.role == Role.ADMINISTRATOR
    assert accounts.ensure_first_administrator(session, now=now) is None


def test_a_name_is_given_once(session: Session, now: datetime) -> None:
    accounts.create_account(session, "dawa", "x", role=Role.AGENT, now=now)
    with pytest.raises(Conflict):
        accounts.create_account(session, "dawa", "y", role=Role.AGENT, now=now)


def test_a_person_is_given_a_role_by_its_name_and_no_machines_role() -> None:
    assert accounts.role_named("team_lead") is Role.TEAM_LEAD
    for name in ("department_system", "king"):
        with pytest.raises(Invalid, match="team_lead"):
            accounts.role_named(name)
