"""登记 over HTTP: an agent registers a ticket, from the call they took or from elsewhere."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from dispatch import registering
from dispatch.registering import Heard, Registered
from dispatch.routing.confirming import Stated
from dispatch.sealing import reach
from dispatch.sealing.sealing import Seal
from hotline.api.schemas import TicketSummary
from hotline.api.schemas_registering import RegisterIn, TicketRegistered
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.core.settings import settings
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import Body, IdempotencyKey, as_kept, once, without_words
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"], responses=READING)

Registrar = Annotated[Actor, Depends(permit(Permission.TICKET_REGISTER))]


@router.post(
    "",
    operation_id="open_ticket",
    summary="Register (登记)",
    status_code=HTTPStatus.CREATED,
    response_model=TicketRegistered,
    responses=WRITING,
)
def open_ticket(
    actor: Registrar, given: RegisterIn, session: SessionDep, key: IdempotencyKey = None
) -> JSONResponse:
    """登记: register a ticket, with a department proposed and nothing dispatched."""

    def act() -> TicketRegistered:
        home = settings().district
        return _shown(registering.register(session, _heard(given), home=home, actor=actor, now=at))

    def again(kept: Body | None) -> Body:
        seen = reach.shown(session, actor, {as_kept(kept)["number"]})
        return as_kept(kept) if seen else without_words(as_kept(kept))

    at, asked = now(), f"register {given.model_dump_json()}"
    body = once(session, key, asked, act, actor=actor, now=at, again=again)
    # Made of validated parts just now: a response model would validate all of it once more.
    headers = {"ETag": f'"{body["version"]}"', "Location": f"{router.prefix}/{body['number']}"}
    return JSONResponse(body, HTTPStatus.CREATED, headers)


def _heard(given: RegisterIn) -> Heard:
    stated = Stated(given.request_type, tuple(given.category), given.district, given.urgency)
    seal = Seal(given.seal.reason, given.seal.readers) if given.seal else None
    who = (given.caller, given.anonymous, given.call_id)
    return Heard(given.text, stated, *who, given.source, seal)


def _shown(made: Registered) -> TicketRegistered:
    ticket = made.ticket
    return TicketRegistered(
        **TicketSummary.model_validate(ticket).model_dump(),
        version=ticket.version,
        text=ticket.text,
        confidentiality=ticket.confidentiality,
        call=str(ticket.call_id) if ticket.call_id else None,
        requester=made.requester,
        proposal=made.confirmed.body,
        possible_reminders=[TicketSummary.model_validate(each) for each in made.possible_reminders],
    )
