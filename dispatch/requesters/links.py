"""诉求人链接: made for each message, and the only thing that opens a requester's page.

A key is reckoned from the message and the requester's own key: a message that is offered again
carries the same link, whatever crashed in between, and nobody who reads the database can make it.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, and_, col, select

from dispatch.models import Confidentiality, Ticket
from dispatch.requesters.models_requesters import RequesterLink
from dispatch.requesters.requester import VIA
from hotline.core import privacy
from hotline.core.errors import NotFound
from hotline.core.privacy import Person
from hotline.core.settings import settings

KEY_BYTES = 16  # 128 bits: nobody guesses one
LONGEST_KEY = 64  # what is longer is none of ours


class NoLink(NotFound):
    """The key opens nothing: a wrong one, one that ran out, and a sealed ticket's alike."""


@dataclass(frozen=True)
class Held:
    """A ticket and the link by which its requester holds it."""

    ticket: Ticket
    link: RequesterLink


def issue(
    session: Session,
    ticket: Ticket,
    person: Person,
    about: str,
    *,
    via: str = VIA,
    now: datetime,
) -> str:
    """Return the key of a link to the ticket; `about` names the message that carries it.

    `via` is how a rating through it came.

    Asked again with the same `about` it is the same key. Empty where no link may be given: a
    sealed ticket's, an erased person's.
    """
    if not _may_have_links(ticket, person):
        return ""
    key = _key(person, ticket, about)
    row = {
        "ticket_id": ticket.id,
        "digest": _digest(key),
        "made_at": now,
        "expires_at": now + timedelta(days=settings().link_days),
        "via": via,
    }
    session.exec(insert(RequesterLink).values(row).on_conflict_do_nothing())
    return key


def url(ticket: Ticket, key: str) -> str:
    """Return the link's address; empty without a key or `public_url`."""
    base = settings().public_url.rstrip("/")
    return f"{base}/t/{ticket.number}?key={key}" if base and key else ""


def hold(session: Session, number: str, key: str, *, now: datetime, lock: bool = False) -> Held:
    """Return what the key opens; raise NoLink, which says no more than that it opens nothing.

    A wrong key costs one look, whether or not there is such a ticket. With `lock` the ticket is
    kept from others, and whether the key still opens it is judged then.
    """
    link = _find(session, number, key) if len(key) <= LONGEST_KEY else None
    if link is None:
        raise _nothing()
    ticket = _ticket(session, link, lock=lock)
    if lock:
        session.refresh(link)
    person = session.get_one(Person, ticket.person_id, populate_existing=True)
    if link.revoked_at or link.expires_at <= now or not _may_have_links(ticket, person):
        raise _nothing()
    return Held(ticket, link)


def revoke_all(session: Session, ticket: Ticket, *, now: datetime) -> None:
    """Make every link of the ticket worthless from now on."""
    mine = and_(col(RequesterLink.ticket_id) == ticket.id, col(RequesterLink.revoked_at).is_(None))
    session.exec(update(RequesterLink).where(mine).values(revoked_at=now))


def forget(session: Session, *, now: datetime) -> None:
    """Delete the links that have run out."""
    session.exec(delete(RequesterLink).where(col(RequesterLink.expires_at) < now))


def _find(session: Session, number: str, key: str) -> RequesterLink | None:
    """Return the link of this key, if it is one to the ticket of this number."""
    return session.exec(
        select(RequesterLink)
        .join(Ticket, col(Ticket.id) == RequesterLink.ticket_id)
        .where(RequesterLink.digest == _digest(key), Ticket.number == number)
    ).first()


def _ticket(session: Session, link: RequesterLink, *, lock: bool) -> Ticket:
    query = select(Ticket).where(Ticket.id == link.ticket_id)
    if lock:  # what this session read before the lock may be out of date
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).one()


def _nothing() -> NoLink:
    return NoLink("This link opens nothing.", remedy="Ask for a new one, or dial 12345.")


def _may_have_links(ticket: Ticket, person: Person) -> bool:
    """Return whether links may open the ticket at all: sealing and erasing shut them at once."""
    return ticket.confidentiality != Confidentiality.SEALED and not privacy.is_erased(person)


def _key(person: Person, ticket: Ticket, about: str) -> str:
    told = f"link:{ticket.number}:{about}".encode()
    made = hmac.new(privacy.own_key(person), told, hashlib.sha256).digest()[:KEY_BYTES]
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
