"""网上提交: a request that its requester writes on the web, registered as an agent's words are.

The telephone is not proved by anybody: whoever has it is told by message, and the call back will
show. What is known of its owner is told to nobody here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from dispatch import registering
from dispatch.models import Source, Ticket
from dispatch.registering import Heard
from dispatch.requesters import confiding, links, pacing
from dispatch.requesters.requester import REQUESTER
from dispatch.routing.confirming import Stated
from dispatch.terms import RequestType
from hotline.core.errors import HotlineError, Invalid
from hotline.core.people.lockout import Limits
from hotline.core.phone import PhoneNumber
from hotline.core.privacy import Person

MOST_LETTERS = 2000
LONGEST_PLACE = 100
WEB = "web"  # what the link is about that the page shows
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
# Behind one address may be a village, or half of a carrier's telephones.
OF_ADDRESS = Limits(30, _HOUR, first=timedelta(minutes=15), longest=_HOUR, from_first=True)
# Whoever gives no telephone may be many; nobody can be asked.
OF_NAMELESS = Limits(10, _HOUR, first=timedelta(minutes=15), longest=_HOUR, from_first=True)
# Nobody has proved that the telephone is theirs: elsewhere it can still be given, a few times more.
OF_PHONE = Limits(5, _DAY, first=_HOUR, longest=_DAY, from_first=True)
OF_PHONE_ANYWHERE = Limits(20, _DAY, first=_HOUR, longest=_DAY, from_first=True)
_ENDS = "。！？!?"


class TooOften(HotlineError):
    """So much was submitted from there that the next must wait."""

    status = 429
    title = "Submitted too often"


@dataclass(frozen=True)
class Offer:
    """A request as it was written, in the clear; without a telephone nobody is named."""

    text: str
    place: str = ""
    phone: PhoneNumber | None = None
    kind: RequestType | None = None
    confidential: bool = False


@dataclass(frozen=True)
class Submitted:
    """A new ticket, and the emergency numbers that its words call for."""

    ticket: Ticket
    call_numbers: tuple[str, ...]


def submit(session: Session, offer: Offer, *, home: str, address: str, now: datetime) -> Submitted:
    """登记: make the words a ticket; a department is proposed, and an agent reads it first.

    Raises Invalid for no words or too many, TooOften while its telephone or address must wait.
    """
    text = words_of(offer)
    _require_pace(session, offer.phone, address, now=now)
    heard = Heard(
        text,
        Stated(offer.kind),
        caller=offer.phone.e164 if offer.phone else "",
        anonymous=offer.phone is None,
        source=Source.WEB,
    )
    made = registering.register(session, heard, home=home, actor=REQUESTER, now=now)
    if offer.confidential:
        confiding.keep_secret(session, made.ticket, now=now)
    return Submitted(made.ticket, tuple(made.confirmed.proposal.call_numbers))


def words_of(offer: Offer) -> str:
    """Return the request with its place; raise Invalid for no words or too many."""
    text, place = offer.text.strip(), " ".join(offer.place.split())
    if not text:
        raise Invalid("There are no words.", remedy="Write what happened.")
    if len(text) > MOST_LETTERS or len(place) > LONGEST_PLACE:
        raise Invalid(
            f"More than {MOST_LETTERS} letters, or {LONGEST_PLACE} of a place.",
            remedy="Say it shorter, or dial 12345.",
        )
    if not place:
        return text
    return f"{text if text[-1] in _ENDS else text + '。'}地点：{place}。"


def link_key(session: Session, ticket: Ticket, *, now: datetime) -> str:
    """Return the key of the link that the page shows, the same one when it is shown again."""
    person = session.get_one(Person, ticket.person_id)
    return links.issue(session, ticket, person, WEB, now=now)


def _require_pace(
    session: Session, phone: PhoneNumber | None, address: str, *, now: datetime
) -> None:
    where = f"new address:{address}"
    counted = {f"new nameless:{address}": OF_NAMELESS, where: OF_ADDRESS}
    if phone:
        counted = {
            f"new phone:{phone.e164} address:{address}": OF_PHONE,
            f"new phone:{phone.e164}": OF_PHONE_ANYWHERE,
            where: OF_ADDRESS,
        }
    if not pacing.let_pass(session, counted, now=now):
        raise TooOften("Too much was submitted from there.", remedy="Wait an hour, or dial 12345.")
