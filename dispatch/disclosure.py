"""What of a requester a department may see, by the ticket's confidentiality (domain.md 2.9)."""

import re

from sqlmodel import Session

from dispatch.models import Confidentiality, Ticket
from hotline.core import privacy
from hotline.core.masking import mask_addresses
from hotline.core.privacy import Person
from telephony.models import Call

_NAMELESS = (Confidentiality.CONFIDENTIAL, Confidentiality.SEALED)
# A number as written or as spoken, of which a mask has left its first and last digits.
_DIGIT = "[0-9０-９零〇一二三四五六七八九幺两Xx*]"
_NUMBER = re.compile(rf"{_DIGIT}(?:[\s\-—·.、,，()（）]{{0,2}}{_DIGIT})*")
HIDDEN = "***"


def shows_requester(ticket: Ticket) -> bool:
    """Return whether a department may see the requester's masked number."""
    return ticket.confidentiality not in _NAMELESS


def for_department(ticket: Ticket, masked: str) -> str:
    """Return masked words as a department may read them.

    Of a 举报 no digit of a number is left, nor where somebody lives.
    """
    if shows_requester(ticket):
        return masked
    masked = mask_addresses(masked)
    return _NUMBER.sub(lambda found: HIDDEN if "*" in found[0] else found[0], masked)


def requester(session: Session, ticket: Ticket) -> str:
    """Return the requester's number, masked; empty for who gave none."""
    shown = privacy.masked_phone(session.get_one(Person, ticket.person_id))
    call = session.get(Call, ticket.call_id) if ticket.call_id and not shown else None
    return call.caller_masked if call else shown
