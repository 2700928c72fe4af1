"""登记: an agent writes down what the caller asked for."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, select

from dispatch import intake, numbers, reminders, tickets
from dispatch.models import Source, Ticket
from dispatch.routing import confirming, live_model
from dispatch.routing.confirming import NOTHING, Confirmed, Stated
from dispatch.rules import rules_stamp
from dispatch.sealing import reach, sealing
from dispatch.sealing.sealing import Seal
from dispatch.tickets import Draft
from hotline.core import ahead, privacy
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.phone import PhoneNumber, parse_phone
from hotline.core.privacy import Person
from knowledge import stored
from telephony.models import Call


@dataclass(frozen=True, slots=True)
class Heard:
    """A request as the agent took it down, in the clear; `caller` is a number as it was dialled."""

    text: str
    stated: Stated = NOTHING
    caller: str = ""
    anonymous: bool = False
    call_id: uuid.UUID | None = None
    source: Source = Source.PHONE_AGENT
    seal: Seal | None = None  # 密件 from its first moment on
    title: str = ""  # in the agent's words; empty: the text's beginning


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks: somebody who may be new, or the call's person; `masked` is empty for no number."""

    newcomer: Person | None = None
    known: uuid.UUID | None = None
    masked: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """A new ticket, what is kept beside it, and older ones that it may be a reminder of."""

    ticket: Ticket
    confirmed: Confirmed
    requester: str  # the masked number, empty for nobody known
    possible_reminders: Sequence[Ticket]


def register(
    session: Session, heard: Heard, *, home: str, actor: Actor, now: datetime
) -> Registered:
    """登记: make the agent's words a ticket, with a proposal and nothing dispatched.

    Raises Conflict when the call has a ticket, or reminded of one; NotFound for an unknown call;
    Invalid without words, without a word on who asks, or for what is not in the directory.
    """
    if not heard.text.strip():
        raise Invalid("There are no words.", remedy="Write down what the caller asks for.")
    call = _call(session, heard.call_id, actor) if heard.call_id else None
    requester = _requester(heard, call, now=now)
    questions = [*rules_stamp.QUESTIONS, stored.VERSION, live_model.QUESTION, numbers.SERIAL]
    if requester.newcomer:
        questions.append(privacy.introduction(requester.newcomer))
    with ahead.asked(session, *questions):
        return _register(session, heard, call, requester, home=home, actor=actor, now=now)


def _register(
    session: Session,
    heard: Heard,
    call: Call | None,
    requester: Requester,
    *,
    home: str,
    actor: Actor,
    now: datetime,
) -> Registered:
    confirmed = confirming.confirm(session, heard.text, heard.stated, home=home, at=now)
    if requester.newcomer:
        person, new = privacy.know(session, requester.newcomer)
    else:
        theirs = privacy.unerased(select(Person).where(Person.id == requester.known))
        person, new = session.exec(theirs).one(), False
    found = confirmed.proposal
    like = [] if new else reminders.possible(session, person, heard.text, found, reader=actor)
    if heard.seal:
        confirmed = replace(confirmed, body=sealing.wordless(confirmed.body))
    kept = intake.kept(found, confirmed.body, call_id=heard.call_id, now=now)
    sealed = heard.seal is not None
    rest = (person, found, heard.call_id, kept, sealed, heard.title)
    draft = Draft(heard.text, heard.source, *rest)
    ticket = tickets.open_ticket(session, draft, actor=actor, now=now)
    if heard.seal:
        sealing.begin(session, ticket, heard.seal, actor=actor, now=now)
    if call:
        intake.tell_proposal(session, call.id, ticket, found, now=now)
    return Registered(ticket, confirmed, requester.masked, like)


def _call(session: Session, call_id: uuid.UUID, actor: Actor) -> Call:
    """Return the call, locked, when it has no ticket yet."""
    call = session.exec(select(Call).where(Call.id == call_id).with_for_update()).first()
    if call is None:
        raise NotFound(f"There is no call {call_id}.", remedy="Take it from the list of calls.")
    known = tickets.of_call(session, call_id)
    if known:
        which = f"ticket {known.number}" if reach.sees(session, actor, known) else "a ticket"
        raise Conflict(f"This call is {which} already.", remedy="Add to that one.")
    return call


def _requester(heard: Heard, call: Call | None, *, now: datetime) -> Requester:
    """Return who asks; raises Invalid when nobody is named.

    A number that is given counts before the call's; whoever wants no name has none (domain.md 2.9).
    """
    if heard.anonymous:
        if heard.caller:
            raise Invalid("A number is no anonymous caller's.", remedy="Leave one of both out.")
        return Requester(privacy.newcomer(None, now=now))
    if heard.caller:
        phone = _phone(heard.caller)
        return Requester(privacy.newcomer(phone, now=now), masked=phone.masked)
    if call:
        return Requester(known=call.person_id, masked=call.caller_masked)
    raise Invalid(
        "Nobody is named who asks.", remedy='Give "caller" or "call_id", or say "anonymous".'
    )


def _phone(dialled: str) -> PhoneNumber:
    phone = parse_phone(dialled)
    if phone is None:  # what was dialled may be a person's, so it is not repeated
        raise Invalid("The caller's is no telephone number.", remedy="Write it as it is dialled.")
    return phone
