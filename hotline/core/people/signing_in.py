"""登录: a name and a password open an account, or nothing is told of why they do not."""

from datetime import datetime

from sqlmodel import Session

from hotline.core import accounts, events
from hotline.core.accounts import MACHINE, Account
from hotline.core.errors import NotSignedIn
from hotline.core.events import EventType
from hotline.core.people import lockout, passwords
from hotline.core.people.lockout import Limits, Streak


class Refused(NotSignedIn):
    """Neither whether the name exists, nor whether it is locked, nor which part was wrong."""

    def __init__(self) -> None:
        super().__init__(
            "Name or password is wrong, or there were too many tries.",
            remedy="Check both; after several wrong ones wait some minutes before you try again.",
        )


def by_password(
    session: Session, username: str, password: str, *, limits: Limits | None, now: datetime
) -> Account:
    """Return the account, locked in this transaction; raise Refused after counting the failure.

    The failure is only counted if the transaction commits in spite of the error. Without `limits`
    the name's lock neither holds nor counts: for whom the caller knows and counts by itself.
    """
    account = accounts.find(session, username)
    kept = account.password_hash if account and account.disabled_at is None else ""
    verdict = passwords.check(password, kept)
    if account is None:
        raise Refused
    # Read again under the lock: forty guesses at once are counted as forty.
    session.refresh(account, with_for_update={"key_share": True})
    if not verdict.right or account.disabled_at:
        if limits:
            _count(session, account, limits, now)
        raise Refused
    locked = limits and lockout.is_locked(_streak(account), now)
    if locked or account.password_hash != kept:
        raise Refused
    if limits:
        _write(account, Streak())
    account.password_hash = verdict.renewed or kept
    session.flush()
    return account


def tell(session: Session, account: Account, *, by: str, now: datetime) -> None:
    """Write down that the person signed in, and by what."""
    chain, type = accounts.chain_of(account.username), EventType.ACCOUNT_SIGNED_IN
    events.append(session, type, chain=chain, actor=account.username, now=now, by=by)


def unlock(account: Account) -> None:
    """Forget the wrong passwords."""
    _write(account, Streak())


def _count(session: Session, account: Account, limits: Limits, now: datetime) -> None:
    before = _streak(account)
    after = lockout.fail(before, limits, now)
    _write(account, after)
    if after.locked_until and after.locked_until != before.locked_until:
        events.append(
            session,
            EventType.ACCOUNT_LOCKED,
            chain=accounts.chain_of(account.username),
            actor=str(MACHINE),
            now=now,
            failures=after.failures,
            until=after.locked_until.isoformat(),
        )


def _streak(account: Account) -> Streak:
    return Streak(account.failed_sign_ins, account.failed_at, account.locked_until)


def _write(account: Account, streak: Streak) -> None:
    account.failed_sign_ins = streak.failures
    account.failed_at, account.locked_until = streak.failed_at, streak.locked_until
