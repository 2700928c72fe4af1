"""密件: a ticket that only named people may read, sealed and opened to more of them.

Sealing empties the columns that anybody with the database could read: the words stay in the vault
alone, and the title says no more than that there is one. A sealed ticket stays sealed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from dispatch import history
from dispatch.beside.models_beside import ClusterMember
from dispatch.models import Confidentiality, ProposalRow, Reminder, Ticket
from dispatch.requesters import links
from dispatch.requesters.models_requesters import Addition
from dispatch.sealing import precedent_words, readers, vaulting
from dispatch.sealing.models_readers import Sealing, TicketReader
from dispatch.sealing.readers import TITLE, present_of
from hotline.core import privacy
from hotline.core.accounts import Account, Actor
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import Audience, EventType
from hotline.core.keys import ApiKey
from hotline.core.security import PERMISSIONS, Permission

# What of a proposal repeats the requester's own words.
_WORDS = ("entities", "reasons")
# Who may let others in, and so must not be gone altogether.
_KEEPERS = tuple(role.value for role in PERMISSIONS[Permission.TICKET_SEAL])


@dataclass(frozen=True)
class Seal:
    """Why a ticket is sealed, and who may read it beside whoever seals it."""

    reason: str
    names: Sequence[str] = ()


def seal(session: Session, ticket: Ticket, given: Seal, *, actor: Actor, now: datetime) -> Ticket:
    """定密: from now on only the actor and those named read the ticket, which is locked.

    Raises Conflict for a ticket that is sealed or merged, and as `begin` does.
    """
    _require_sealable(session, ticket)
    ticket.confidentiality = Confidentiality.SEALED
    ticket.title, ticket.text = TITLE, ""
    for row in session.exec(select(ProposalRow).where(ProposalRow.ticket_id == ticket.id)).all():
        row.body = wordless(row.body)
    for kind in (Reminder, Addition):
        session.exec(update(kind).where(col(kind.ticket_id) == ticket.id).values(text=""))
    vaulting.put_away(session, ticket)
    precedent_words.take_back(session, ticket)
    links.revoke_all(session, ticket, now=now)
    return begin(session, ticket, given, actor=actor, now=now)


def begin(session: Session, ticket: Ticket, given: Seal, *, actor: Actor, now: datetime) -> Ticket:
    """Name those who read a ticket whose words are in no column any more.

    Raises Invalid without a reason, for a name that nobody has, and when nobody is named who could
    let others in.
    """
    if not given.reason.strip():
        raise Invalid("No reason was given to seal it.", remedy="Say why, in a few words.")
    reason = privacy.mask_text(given.reason.strip())
    session.add(Sealing(ticket_id=ticket.id or 0, at=now, by=str(actor), reason=reason))
    names = list(dict.fromkeys((str(actor), *given.names)))
    for name in names:
        _name(session, ticket, name, actor=actor, now=now)
    if not _keepers(session, names):
        raise Invalid(
            "Nobody among its readers could let others in.",
            remedy="Name a team lead, a supervisor or an administrator too.",
        )
    session.flush()
    _record(session, ticket, EventType.TICKET_SEALED, actor=actor, now=now)
    return ticket


def inherit(
    session: Session, ticket: Ticket, origin: Ticket, *, actor: Actor, now: datetime
) -> Ticket:
    """Name the readers of a sealed ticket for one that was split from it."""
    session.flush()
    sealed = readers.sealing_of(session, origin)
    why = sealed.reason if sealed else ""
    session.add(Sealing(ticket_id=ticket.id or 0, at=now, by=str(actor), reason=why))
    for each in present_of(session, origin):
        _add(session, ticket, each.name, actor=actor, now=now)
    session.flush()
    _record(session, ticket, EventType.TICKET_SEALED, actor=actor, now=now)
    return ticket


def wordless(body: dict[str, Any]) -> dict[str, Any]:
    """Return a proposal's object without what repeats the requester's own words."""
    return {name: [] if name in _WORDS else value for name, value in body.items()}


def add(
    session: Session, ticket: Ticket, names: Sequence[str], *, actor: Actor, now: datetime
) -> Ticket:
    """增加知悉人: these may read it too; whoever may already changes nothing."""
    _require_sealed(ticket)
    present = {each.name for each in present_of(session, ticket)}
    new = [name for name in dict.fromkeys(names) if name not in present]
    for name in new:
        _name(session, ticket, name, actor=actor, now=now)
    if new:
        session.flush()
        _record(
            session, ticket, EventType.TICKET_READERS_CHANGED, actor=actor, now=now, added=len(new)
        )
    return ticket


def remove(session: Session, ticket: Ticket, name: str, *, actor: Actor, now: datetime) -> Ticket:
    """取消知悉人: they read it no more; raises NotFound, or Conflict for the last who names any.

    Somebody inside must stay who can let others in: a ticket that nobody reads helps nobody.
    """
    _require_sealed(ticket)
    present = present_of(session, ticket)
    leaving = [each for each in present if each.name == name]
    if not leaving:
        raise NotFound(f"{name!r} reads no sealed ticket here.", remedy="List its readers.")
    if not _keepers(session, [each.name for each in present if each.name != name]):
        raise Conflict(
            f"Without {name} nobody inside could read ticket {ticket.number}.",
            remedy="Name another team lead, supervisor or administrator first.",
        )
    for each in leaving:
        each.removed_at, each.removed_by = now, str(actor)
    session.flush()
    _record(session, ticket, EventType.TICKET_READERS_CHANGED, actor=actor, now=now, removed=1)
    return ticket


def _require_sealed(ticket: Ticket) -> None:
    if ticket.confidentiality != Confidentiality.SEALED:
        raise Conflict(f"Ticket {ticket.number} is not sealed.", remedy="Seal it first.")


def _require_sealable(session: Session, ticket: Ticket) -> None:
    if ticket.confidentiality == Confidentiality.SEALED:
        raise Conflict(f"Ticket {ticket.number} is sealed already.", remedy="Change its readers.")
    merged = select(ClusterMember.id).where(
        ClusterMember.ticket_id == ticket.id, col(ClusterMember.left_at).is_(None)
    )
    if session.exec(merged).first():
        raise Conflict(f"Ticket {ticket.number} is merged with others.", remedy="Unmerge it first.")


def _name(
    session: Session, ticket: Ticket, name: str, *, actor: Actor, now: datetime
) -> TicketReader:
    if not _exists(session, name):
        raise Invalid(f"Nobody is called {name!r}.", remedy="Give an account's name.")
    return _add(session, ticket, name, actor=actor, now=now)


def _add(
    session: Session, ticket: Ticket, name: str, *, actor: Actor, now: datetime
) -> TicketReader:
    reader = TicketReader(ticket_id=ticket.id or 0, name=name, added_at=now, added_by=str(actor))
    session.add(reader)
    return reader


def _exists(session: Session, name: str) -> bool:
    """Return whether this is an account's name, or a department's living key as `CODE#ID`."""
    department, sign, number = name.rpartition("#")
    if sign and number.isdecimal() and len(number) < 10:
        key = session.get(ApiKey, int(number))
        return key is not None and key.department == department and key.revoked_at is None
    return session.exec(select(Account.id).where(Account.username == name)).first() is not None


def _keepers(session: Session, names: Sequence[str]) -> Sequence[str]:
    """Return who among these may name readers: an account inside that is not disabled."""
    mine = select(Account.username).where(
        col(Account.username).in_(names),
        col(Account.role).in_(_KEEPERS),
        col(Account.disabled_at).is_(None),
    )
    return session.exec(mine).all()


def _record(
    session: Session, ticket: Ticket, type: EventType, *, actor: Actor, now: datetime, **refs: int
) -> None:
    history.record(session, ticket, type, actor=actor, now=now, audience=Audience.INTERNAL, **refs)
