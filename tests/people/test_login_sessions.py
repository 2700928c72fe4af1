"""A session ends when it idles, when its time is over, and when somebody ends it."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, select

from hotline.core import accounts, events
from hotline.core.accounts import MACHINE, Account, Role
from hotline.core.errors import NotFound
from hotline.core.people import login_sessions, staff
from hotline.core.people.login_sessions import LoginSession

IDLE = timedelta(hours=2)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def dawa(session: Session, now: datetime) -> Account:
    return accounts.create_account(session, "dawa", "x", role=Role.AGENT, now=now)


def opened(session: Session, account: Account, now: datetime, *, hours: int = 12) -> str:
    return login_sessions.open_session(session, account, hours=hours, now=now, device="Firefox")


def found(session: Session, token: str, now: datetime) -> bool:
    session.flush()
    session.expire_all()
    return login_sessions.find(session, token, idle=IDLE, now=now) is not None


def test_a_session_idles_out_but_not_while_it_is_used(
    session: Session, dawa: Account, now: datetime
) -> None:
    token = opened(session, dawa, now)
    for hour in (1, 2, 3):
        assert found(session, token, now + timedelta(hours=hour))
    assert not found(session, token, now + timedelta(hours=5))


def test_a_used_session_ends_after_its_hours_all_the_same(
    session: Session, dawa: Account, now: datetime
) -> None:
    token = opened(session, dawa, now, hours=2)
    assert found(session, token, now + timedelta(minutes=119))
    assert not found(session, token, now + timedelta(hours=2))


def test_the_moment_is_written_once_a_minute(
    session: Session, dawa: Account, now: datetime
) -> None:
    token = opened(session, dawa, now)
    seen = []
    for seconds in (10, 59, 60, 90, 119, 120):
        assert found(session, token, now + timedelta(seconds=seconds))
        session.expire_all()
        seen.append(session.exec(select(LoginSession.seen_at)).one())
    assert seen == [now, now, now + MINUTE, now + MINUTE, now + MINUTE, now + 2 * MINUTE]


def test_one_session_is_ended_by_its_public_id(
    session: Session, dawa: Account, now: datetime
) -> None:
    here, there = opened(session, dawa, now), opened(session, dawa, now)
    mine = login_sessions.find(session, there, idle=IDLE, now=now)
    assert mine
    ended = mine.login.public_id
    login_sessions.revoke(session, dawa, ended, actor=MACHINE, now=now)
    assert found(session, here, now)
    assert not found(session, there, now)
    told = events.history(session, "account:dawa")[-1]
    assert (told.type, told.refs) == ("session.revoked", {"login": str(ended)})
    with pytest.raises(NotFound):
        login_sessions.revoke(session, dawa, ended, actor=MACHINE, now=now)


def test_nobody_ends_a_session_of_somebody_else(
    session: Session, dawa: Account, now: datetime
) -> None:
    token = opened(session, dawa, now)
    row = login_sessions.find(session, token, idle=IDLE, now=now)
    other = accounts.create_account(session, "pema", "x", role=Role.AGENT, now=now)
    assert row
    with pytest.raises(NotFound):
        login_sessions.revoke(session, other, row.login.public_id, actor=MACHINE, now=now)
    assert found(session, token, now)


def test_disabling_ends_every_session_at_once(
    session: Session, dawa: Account, now: datetime
) -> None:
    tokens = [opened(session, dawa, now) for _ in range(3)]
    staff.disable(session, dawa, actor=MACHINE, now=now)
    assert not any(found(session, token, now) for token in tokens)
    staff.enable(session, dawa, actor=MACHINE, now=now)
    assert not any(found(session, token, now) for token in tokens)


def test_what_a_browser_calls_itself_is_kept_short_and_printable(
    session: Session, dawa: Account, now: datetime
) -> None:
    login_sessions.open_session(session, dawa, hours=1, now=now, device="a\0b\n" + "c" * 999)
    (row,) = login_sessions.sessions_of(session, dawa, idle=IDLE, now=now)
    assert row.device == "ab" + "c" * 198
