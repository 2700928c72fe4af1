"""登录尝试: how often one address may fail with one name, and what the audit log keeps of it.

A flood from one address stops at its own limit and leaves the person who has the name alone. A
browser with which that person signed in before is counted by itself, and not by its address.
"""

import hashlib
from ipaddress import ip_address, ip_network

from fastapi import Request
from sqlmodel import Session

from hotline.core import accounts, events
from hotline.core.clock import now
from hotline.core.events import EventType
from hotline.core.settings import settings
from hotline.web.rate_counts import Counts
from hotline.web.rates import Kind, TooMany, address, most

NOBODY = "anonymous"
UNKNOWN = "sign_in:unknown"  # a wrong name may be a password or a number: it is not kept


def require(request: Request, username: str, by: str) -> None:
    """Raise TooMany when `by` has failed too often with the name, or tried too many."""
    counts, own = _counts(request), settings()
    everybody = most(own, Kind.SIGN_IN_ADDRESS)
    if everybody:
        _raise_if(counts.add(everybody, (Kind.SIGN_IN_ADDRESS, by), now=now()))
    limit = most(own, Kind.SIGN_IN)
    if limit:
        _raise_if(counts.full(limit, _names(username, by), now=now()))


def count(request: Request, username: str, by: str) -> None:
    """Count a failure."""
    limit = most(settings(), Kind.SIGN_IN)
    if limit:
        _counts(request).add(limit, _names(username, by), now=now())


def failed(request: Request, session: Session, username: str, by: str) -> None:
    """Count a failure, and write down that there was one: whose name, from which network."""
    count(request, username, by)
    where = address(request.scope)
    account = accounts.find(session, username)
    events.append(
        session,
        EventType.ACCOUNT_SIGN_IN_FAILED,
        chain=accounts.chain_of(account.username) if account else UNKNOWN,
        actor=NOBODY,
        now=now(),
        network=network_of(where),
    )


def network_of(where: str) -> str:
    """Return the network around an address: enough to see a flood, too little to name a person."""
    try:
        found = ip_address(where.partition("/")[0])
    except ValueError:
        return ""
    return str(ip_network((found, 24 if found.version == 4 else 48), strict=False))


def _counts(request: Request) -> Counts:
    counts: Counts = request.state.counts
    return counts


def _names(username: str, by: str) -> tuple[str, ...]:
    digest = hashlib.blake2b(username.encode(errors="replace"), digest_size=12).hexdigest()
    return (Kind.SIGN_IN, digest, by)


def _raise_if(wait_s: int) -> None:
    if wait_s:
        raise TooMany(Kind.SIGN_IN, wait_s)
