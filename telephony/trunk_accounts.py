"""中继账号: the account by which a carrier knows the hotline, where an address is not enough.

Kept and told to the workers as SIP's HA1 of the carrier's realm alone: it opens nothing else.
"""

import hashlib
import re
from dataclasses import replace
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from hotline.core import events, rekeying, vault
from hotline.core.accounts import Actor
from hotline.core.errors import Invalid, NotFound
from hotline.core.events import EventType
from telephony.models_trunks import TrunkAccount
from telephony.orders import UseTrunk

ONE = "carrier"
CHAIN = "trunk account"
_USERNAME = re.compile(r"[A-Za-z0-9.+_-]{1,64}(@[A-Za-z0-9.-]{1,128})?")
_REALM = re.compile(r"[A-Za-z0-9 .@:/_-]{1,128}")
_REGISTRAR = re.compile(
    r"sip:(?:[A-Za-z0-9.-]{1,253})(?::[0-9]{1,5})?(?:;transport=(?:udp|tcp))?", re.ASCII
)


def _purpose(name: object) -> str:
    return f"trunk account:{name}"


rekeying.register(rekeying.Wrapped("trunk_account", "sealed_ha1", "name", _purpose))


def use(
    session: Session,
    *,
    username: str,
    realm: str,
    password: str,
    registrar: str,
    expires_s: int,
    actor: Actor,
    now: datetime,
) -> TrunkAccount:
    """Return the account that is used from now on, in place of the one before.

    Raises Invalid for what no SIP header can hold.
    """
    if not _USERNAME.fullmatch(username) or not _REALM.fullmatch(realm):
        raise Invalid(
            "The user name or the realm can't stand in a SIP header.",
            remedy="Copy both from the carrier's letter, and the realm from its 401 or 407.",
        )
    if registrar and not _REGISTRAR.fullmatch(registrar):
        raise Invalid(
            f"{registrar!r} is no registrar.", remedy="Give it like sip:sip.carrier.example:5060."
        )
    row = {
        "username": username,
        "realm": realm,
        "registrar": registrar,
        "expires_s": expires_s,
        "sealed_ha1": vault.wrap(ha1(username, realm, password).encode(), _purpose(ONE)),
        "set_at": now,
        "set_by": str(actor),
    }
    put = insert(TrunkAccount).values(name=ONE, **row)
    session.exec(put.on_conflict_do_update(index_elements=["name"], set_=row))
    _note(session, EventType.KEY_ISSUED, actor=actor, now=now)
    return session.get_one(TrunkAccount, ONE, populate_existing=True)


def shown(session: Session) -> TrunkAccount:
    """Return the account in use; raise NotFound."""
    row = session.get(TrunkAccount, ONE)
    if row is None:
        raise NotFound("There is no trunk account.", remedy="Set one if the carrier asks for it.")
    return row


def remove(session: Session, *, actor: Actor, now: datetime) -> TrunkAccount:
    """Prove nothing to the carrier any more; raise NotFound."""
    row = shown(session)
    session.delete(row)
    session.flush()
    _note(session, EventType.KEY_REVOKED, actor=actor, now=now)
    return row


def order(session: Session, *, registers: bool, contact: str) -> UseTrunk:
    """Return what a worker is told; `registers`: it is the one that does. Never log it."""
    row = session.get(TrunkAccount, ONE)
    if row is None:
        return UseTrunk()
    opened = vault.open_wrapped(row.sealed_ha1, _purpose(ONE)).decode()
    given = UseTrunk(row.username, row.realm, ha1=opened)
    if not (registers and row.registrar):
        return given
    return replace(given, registrar=row.registrar, contact=contact, expires_s=row.expires_s)


def ha1(username: str, realm: str, password: str) -> str:
    """Return what SIP's digest calls H(A1) (RFC 3261, 22.4)."""
    return hashlib.md5(  # noqa: S324  # the standard's; it is sealed
        f"{username}:{realm}:{password}".encode()
    ).hexdigest()


def _note(session: Session, type: EventType, *, actor: Actor, now: datetime) -> None:
    events.append(session, type, chain=CHAIN, actor=str(actor), now=now, trunk=ONE)
