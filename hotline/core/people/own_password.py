"""修改密码: a person chooses a password of their own."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from hotline.core import accounts, events
from hotline.core.accounts import Account
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import EventType
from hotline.core.people import login_sessions, passwords, signing_in


def change(
    session: Session,
    account: Account,
    *,
    old: str,
    new: str,
    keep: UUID | None,
    now: datetime,
) -> None:
    """Replace the password and end all sessions but `keep`.

    Raises Invalid for a poor new one, Refused for a wrong old one, which the caller counts.
    """
    if not account.password_hash:
        raise Conflict("This account has no password here.", remedy="Change it at your provider.")
    passwords.require_good(new, username=account.username)
    if new == old:
        raise Invalid("The new password is the old one.", remedy="Choose another.")
    account = signing_in.by_password(session, account.username, old, limits=None, now=now)
    account.password_hash = passwords.hash_password(new)
    account.must_change_password = False
    account.version += 1
    session.flush()
    actor = accounts.as_actor(account)
    login_sessions.revoke_all(session, account, actor=actor, now=now, but=keep)
    chain, type = accounts.chain_of(account.username), EventType.ACCOUNT_CHANGED
    events.append(session, type, chain=chain, actor=str(actor), now=now, password_changed=True)
