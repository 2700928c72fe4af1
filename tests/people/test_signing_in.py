"""A name and a password open an account, or nothing is told of why they do not."""

from datetime import datetime, timedelta

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlmodel import Session

from hotline.core import accounts, events
from hotline.core.accounts import Account, Role
from hotline.core.people import signing_in
from hotline.core.people.lockout import Limits
from hotline.core.people.signing_in import Refused

LIMITS = Limits()


@pytest.fixture
def dawa(session: Session, now: datetime) -> Account:
    return accounts.create_account(session, "dawa", "yak butter", role=Role.AGENT, now=now)


def refusal(session: Session, name: str, password: str, now: datetime) -> str:
    with pytest.raises(Refused) as caught:
        signing_in.by_password(session, name, password, limits=LIMITS, now=now)
    return str(caught.value)


def types(session: Session) -> list[str]:
    return [event.type for event in events.history(session, "account:dawa")]


@pytest.mark.usefixtures("dawa")
def test_a_wrong_name_password_and_a_locked_name_sound_alike(
    session: Session, now: datetime
) -> None:
    said = {refusal(session, "nobody", "yak butter", now)}
    said |= {refusal(session, "dawa", "wrong", now) for _ in range(LIMITS.failures)}
    said.add(refusal(session, "dawa", "yak butter", now))
    assert len(said) == 1


def test_the_right_password_opens_again_once_the_lock_has_passed(
    session: Session, dawa: Account, now: datetime
) -> None:
    for _ in range(LIMITS.failures):
        refusal(session, "dawa", "wrong", now)
    assert types(session) == ["account.locked"]
    refusal(session, "dawa", "yak butter", now + LIMITS.first - timedelta(seconds=1))
    later = now + LIMITS.first
    assert signing_in.by_password(session, "dawa", "yak butter", limits=LIMITS, now=later) == dawa
    assert (dawa.failed_sign_ins, dawa.locked_until) == (0, None)


def test_a_disabled_account_opens_by_nothing(
    session: Session, dawa: Account, now: datetime
) -> None:
    dawa.disabled_at = now
    session.flush()
    assert refusal(session, "dawa", "yak butter", now) == refusal(session, "nobody", "x", now)


def test_an_account_without_a_password_opens_by_none(
    session: Session, dawa: Account, now: datetime
) -> None:
    dawa.password_hash = ""
    session.flush()
    refusal(session, "dawa", "", now)


def test_a_hash_of_old_parameters_is_renewed_at_sign_in(
    session: Session, dawa: Account, now: datetime
) -> None:
    weak = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1),))
    dawa.password_hash = weak.hash("yak butter")
    session.flush()
    signing_in.by_password(session, "dawa", "yak butter", limits=LIMITS, now=now)
    assert "m=19456,t=2,p=1" in dawa.password_hash
    signing_in.by_password(session, "dawa", "yak butter", limits=LIMITS, now=now)
