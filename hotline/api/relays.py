"""中转通话 over HTTP: a department talks to the requester, and never learns the number."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from dispatch.handling import orders
from dispatch.relaying import relays
from hotline.api.fields import Number
from hotline.api.schemas_relays import RelayIn, RelayList, RelayOut, relay_out
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import Body, as_kept
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/work-orders", tags=["work orders"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.ORDER_READ))]
Talker = Annotated[Actor, Depends(permit(Permission.RELAY_CALL))]


@router.post(
    "/{number}/relays",
    operation_id="call_requester",
    summary="Talk to the requester (中转通话)",
    status_code=HTTPStatus.ACCEPTED,
    response_model=RelayOut,
    responses=WRITING,
)
def call_requester(actor: Talker, number: Number, given: RelayIn, write: Writing) -> Any:
    """中转通话: rings the department, then the requester, and joins them; both are recorded.

    Neither sees the other's number. Who talked has contacted the requester: the contact is kept
    and its clock stops.
    """

    def act() -> RelayOut:
        order = orders.find(write.session, number, reader=actor, lock=True)
        return relay_out(relays.ask(write.session, order, given.telephone, actor=actor, now=now()))

    def again(kept: Body | None) -> Body:
        orders.find(write.session, number, reader=actor)
        return as_kept(kept)

    return write.once(act, actor, given.model_dump_json(), again=again)


@router.get(
    "/{number}/relays",
    operation_id="list_relays",
    summary="List the calls to the requester (中转通话)",
)
def list_relays(actor: Reader, number: Number, session: SessionDep) -> RelayList:
    """Return the calls that were asked for with the order, oldest first, and how they went."""
    order = orders.find(session, number, reader=actor)
    return RelayList(items=[relay_out(each) for each in relays.of_order(session, order)])
