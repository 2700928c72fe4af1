"""我要反映: a request by web, without an account; what comes of it is a number and a link."""

import json
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel
from sqlmodel import Session

from dispatch import tickets
from dispatch.requesters import links, submitting
from dispatch.requesters.requester import REQUESTER
from dispatch.requesters.submitting import LONGEST_PLACE, MOST_LETTERS, Offer
from dispatch.terms import RequestType
from hotline.core.clock import now
from hotline.core.errors import Conflict
from hotline.core.phone import parse_phone
from hotline.core.settings import settings
from hotline.public import form_proof
from hotline.public.door import NEW, PREFIX, keep_key, show
from hotline.web.access import SessionDep
from hotline.web.idempotency import UsedForAnother, as_kept, once
from hotline.web.rates import address

router = APIRouter(prefix=NEW, include_in_schema=False, default_response_class=HTMLResponse)

KINDS = tuple(each for each in RequestType if each is not RequestType.OTHER)


@dataclass(frozen=True)
class Sent:
    """The form as it came: a box is ticked when it says anything."""

    text: Annotated[str, Form()] = ""
    place: Annotated[str, Form()] = ""
    phone: Annotated[str, Form()] = ""
    nameless: Annotated[str, Form()] = ""
    kind: Annotated[str, Form()] = ""
    secret: Annotated[str, Form()] = ""
    consent: Annotated[str, Form()] = ""
    website: Annotated[str, Form()] = ""  # no person sees it: who fills it in reads no page
    proof: Annotated[str, Form()] = ""

    def words(self) -> str:
        """Return what was written; a browser sends each end of a line as two characters."""
        return self.text.replace("\r\n", "\n").strip()

    def fault(self) -> str:
        """Return what must be put right first, as a key of the words; empty for nothing."""
        words, phone = self.words(), self.phone.strip()
        wrong = {
            "new.no_words": not words,
            "new.too_long": len(words) > MOST_LETTERS or len(self.place) > LONGEST_PLACE,
            "new.no_phone": not (phone or self.nameless),
            "new.either": bool(phone and self.nameless),
            "new.bad_phone": bool(phone) and parse_phone(phone) is None,
            "new.no_consent": not self.consent,
        }
        return next((key for key, is_so in wrong.items() if is_so), "")

    def offer(self) -> Offer:
        """Return the request; the form has no fault."""
        kind = RequestType(self.kind) if self.kind in KINDS else None
        phone = None if self.nameless else parse_phone(self.phone)
        return Offer(self.words(), self.place, phone, kind, bool(self.secret))


class Received(BaseModel):
    """What is kept of a form that was sent, in case it is sent again."""

    number: str
    call_numbers: list[str]


class SentBefore(Conflict):
    """Who went back and wrote something else has a number already."""


@router.get("")
def form(request: Request) -> Response:
    """Show the form; what it must hold is said before anything is written."""
    return _form(request, Sent(), "")


@router.post("")
def submit(request: Request, session: SessionDep, sent: Annotated[Sent, Depends()]) -> Response:
    """提交: register the request once, however often the button is pressed."""
    moment = now()
    name = "" if sent.website else form_proof.name_of(sent.proof, moment)
    fault = sent.fault() or ("" if name else "new.again")
    if fault:
        return _form(request, sent, fault)
    where, home = address(request.scope), settings().district

    def act() -> Received:
        made = submitting.submit(session, sent.offer(), home=home, address=where, now=moment)
        return Received(number=made.ticket.number, call_numbers=list(made.call_numbers))

    asked = f"new {json.dumps({**asdict(sent), 'proof': ''}, ensure_ascii=False)}"
    key = f"new:{name}"
    try:
        kept = once(session, key, asked, act, actor=REQUESTER, now=moment, again=as_kept)
    except UsedForAnother as error:
        raise SentBefore(
            "This form was sent with other words.", remedy="Take a new one."
        ) from error
    return _received(request, session, kept)


def _form(request: Request, sent: Sent, fault: str) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK
    return show(
        request,
        "new.html",
        status=status,
        path=NEW,
        sent=sent,
        said=fault,
        proof=form_proof.made(now()),
        kinds=KINDS,
        longest=MOST_LETTERS,
        longest_place=LONGEST_PLACE,
    )


def _received(request: Request, session: Session, kept: dict[str, Any]) -> Response:
    """Show the number and the link, which opens in this browser at once."""
    ticket = tickets.find(session, kept["number"])
    key = submitting.link_key(session, ticket, now=now())
    here = f"{PREFIX}{ticket.number}"
    told = links.url(ticket, key) or f"{str(request.base_url).rstrip('/')}{here}?key={key}"
    answer = show(
        request,
        "received.html",
        path=here,  # another size or language must not lose the number
        number=ticket.number,
        here=here,
        link=told if key else "",
        call_numbers=kept["call_numbers"],
    )
    answer.headers["Referrer-Policy"] = "no-referrer"
    if key:
        keep_key(answer, request, ticket.number, key)
    return answer
