"""Signing in."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, delete

from hotline.core import accounts
from hotline.core.accounts import Account, LoginSession, Role
from hotline.core.errors import Conflict, Invalid, NotSignedIn


def test_the_first_administrator_is_made_once(session: Session, now: datetime) -> None:
    session.exec(delete(LoginSession))
    session.exec(delete(Account))
    password = accounts.ensure_first_administrator(session, now=now)
    assert password
    assert accounts.check_password(session, "admin", password).role == Role.ADMINISTRATOR
    assert accounts.ensure_first_administrator(session, now=now) is None


def test_a_wrong_name_and_a_wrong_password_sound_alike(session: Session, now: datetime) -> None:
    accounts.create_account(session, "dawa", "right", role=Role.AGENT, now=now)
    said = set()
    for name, password in (("dawa", "wrong"), ("nobody", "right")):
        with pytest.raises(NotSignedIn) as caught:
            accounts.check_password(session, name, password)
        said.add(str(caught.value))
    assert len(said) == 1


def test_a_session_runs_out_and_can_be_closed(session: Session, now: datetime) -> None:
    account = accounts.create_account(session, "dawa", "x", role=Role.AGENT, now=now)
    token = accounts.open_session(session, account, hours=2, now=now)
    assert accounts.session_account(session, token, now=now) == account
    assert accounts.session_account(session, token, now=now + timedelta(hours=2)) is None
    accounts.close_session(session, token)
    session.flush()
    assert accounts.session_account(session, token, now=now) is None


def test_a_new_password_ends_old_sessions(session: Session, now: datetime) -> None:
    account = accounts.create_account(session, "dawa", "old", role=Role.AGENT, now=now)
    token = accounts.open_session(session, account, hours=2, now=now)
    session.flush()
    accounts.set_password(session, "dawa", "new")
    session.expire_all()
    assert accounts.session_account(session, token, now=now) is None
    assert accounts.check_password(session, "dawa", "new")


def test_a_name_is_given_once(session: Session, now: datetime) -> None:
    accounts.create_account(session, "dawa", "x", role=Role.AGENT, now=now)
    with pytest.raises(Conflict):
        accounts.create_account(session, "dawa", "y", role=Role.AGENT, now=now)


def test_a_person_is_given_a_role_by_its_name_and_no_machines_role() -> None:
    assert accounts.role_named("team_lead") is Role.TEAM_LEAD
    for name in ("department_system", "king"):
        with pytest.raises(Invalid, match="team_lead"):
            accounts.role_named(name)
