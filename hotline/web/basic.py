"""A name and password in each request (HTTP Basic): argon2 once in a while, then a digest.

The digest is made with a key that only this process knows and over the kept hash as well: a new
password makes it worthless in every process at once, without anybody telling them.
"""

import base64
import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from threading import Lock

from fastapi import Request
from sqlmodel import Session

from hotline.core import accounts
from hotline.core.accounts import Account
from hotline.core.clock import now
from hotline.core.errors import NotSignedIn
from hotline.core.people import signing_in
from hotline.web.refusals import check_password

KEPT_S = 300.0
MOST = 1000  # digests; then the oldest goes


class Remembered:
    """Digests of names and passwords that were right a short while ago."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._until: OrderedDict[bytes, float] = OrderedDict()
        self._lock = Lock()

    def holds(self, account: Account, password: str) -> bool:
        """Return whether this password was right for the account as it still is."""
        with self._lock:
            return self._until.get(self._digest(account, password), 0.0) > time.monotonic()

    def keep(self, account: Account, password: str) -> None:
        """Remember that it is right."""
        with self._lock:
            self._until[self._digest(account, password)] = time.monotonic() + KEPT_S
            self._until[self._as_given(account.username, password)] = time.monotonic() + KEPT_S
            while len(self._until) > 2 * MOST:
                self._until.popitem(last=False)

    def forget(self, username: str, password: str) -> None:
        """Have them wait their turn again: they no longer hold."""
        with self._lock:
            self._until.pop(self._as_given(username, password), None)

    def was_right(self, username: str, password: str) -> bool:
        """Return whether they were right lately; whether they still are, only `holds` tells."""
        with self._lock:
            return self._until.get(self._as_given(username, password), 0.0) > time.monotonic()

    def _as_given(self, username: str, password: str) -> bytes:
        return hmac.digest(self._key, f"{username}\0{password}".encode(), hashlib.sha256)

    def _digest(self, account: Account, password: str) -> bytes:
        told = "\0".join((account.username, account.password_hash, password))
        return hmac.digest(self._key, told.encode(), hashlib.sha256)


_remembered = Remembered()


def account_of(request: Request, session: Session, credentials: str) -> Account:
    """Return whose name and password these are; raise NotSignedIn."""
    username, password = _name_and_password(credentials)
    account = accounts.find(session, username)
    if account and account.disabled_at is None and _remembered.holds(account, password):
        return account
    _remembered.forget(username, password)
    account = check_password(request, session, username, password)
    signing_in.tell(session, account, by="basic", now=now())
    _remembered.keep(account, password)
    return account


def is_remembered(credentials: str) -> bool:
    """Return whether they were right lately, without asking the database; raises nothing."""
    try:
        return _remembered.was_right(*_name_and_password(credentials))
    except NotSignedIn:
        return True  # refused before any hash is made


def _name_and_password(credentials: str) -> tuple[str, str]:
    try:
        name, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except ValueError as error:  # binascii.Error and UnicodeDecodeError are both
        raise NotSignedIn("The Basic credentials can't be read.") from error
    if "\0" in name:  # no text that PostgreSQL can be asked about
        raise NotSignedIn("The Basic credentials can't be read.")
    return name, password
