"""话机账号: the hotline's own telephones, and how they prove to be that at Kamailio.

SIP's digest (RFC 3261, 22) needs MD5 of name, realm and password: that alone is kept, sealed.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from hotline.core import events, rekeying, vault
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import EventType
from telephony import lines
from telephony.models_trunks import SipAccount

REALM = "hotline.local"  # the host in their addresses: sip:1001@hotline.local
PASSWORD_BYTES = 12  # in hex: it is typed with a telephone's keys
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")


def _purpose(name: object) -> str:
    return f"sip account:{name}"


rekeying.register(rekeying.Wrapped("sip_account", "sealed_ha1", "name", _purpose))


def issue(
    session: Session, name: str, label: str, *, actor: Actor, now: datetime
) -> tuple[SipAccount, str]:
    """Return a new telephone and its password, which can't be shown again.

    Raises Invalid for a name that no address can hold, or that is a number of the hotline's;
    Conflict for one that is taken.
    """
    if not _NAME.fullmatch(name) or name.endswith(lines.own_numbers(session, now=now)):
        raise Invalid(
            f"{name!r} can't be a telephone's name.",
            remedy="Use 2 to 32 small letters, digits, dots and dashes, like 1001.",
        )
    password = secrets.token_hex(PASSWORD_BYTES)
    row = {
        "name": name,
        "label": label,
        "sealed_ha1": vault.wrap(ha1(name, password).encode(), _purpose(name)),
        "created_at": now,
        "created_by": str(actor),
    }
    added = insert(SipAccount).values(row).on_conflict_do_nothing().returning(col(SipAccount.name))
    if session.exec(added).first() is None:
        raise Conflict(f"There is a telephone {name}.", remedy="Remove it first, or take another.")
    _note(session, name, EventType.KEY_ISSUED, actor=actor, now=now)
    return session.get_one(SipAccount, name), password


def remove(session: Session, name: str, *, actor: Actor, now: datetime) -> SipAccount:
    """Let the telephone register no more; raise NotFound."""
    row = session.get(SipAccount, name, with_for_update=True)
    if row is None:
        raise NotFound(f"There is no telephone {name!r}.", remedy="List the telephones.")
    session.delete(row)
    session.flush()
    _note(session, name, EventType.KEY_REVOKED, actor=actor, now=now)
    return row


def listed(session: Session) -> Sequence[SipAccount]:
    """Return every telephone, by name."""
    return session.exec(select(SipAccount).order_by(col(SipAccount.name))).all()


def credentials(session: Session) -> Mapping[str, str]:
    """Return each telephone's HA1, for Kamailio alone; never log it."""
    return {
        row.name: vault.open_wrapped(row.sealed_ha1, _purpose(row.name)).decode()
        for row in listed(session)
    }


def ha1(name: str, password: str) -> str:
    """Return what SIP's digest calls H(A1)."""
    return hashlib.md5(  # noqa: S324  # the standard's; it is sealed, and of a random password
        f"{name}:{REALM}:{password}".encode()
    ).hexdigest()


def _note(session: Session, name: str, type: EventType, *, actor: Actor, now: datetime) -> None:
    events.append(
        session, type, chain=f"telephone:{name}", actor=str(actor), now=now, telephone=name
    )
