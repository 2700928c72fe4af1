"""批量签收: many orders taken with one request, each with a result of its own."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from dispatch.handling import orders
from hotline.api.fields import Code
from hotline.api.order_views import order_summary
from hotline.api.schemas_orders import OrderSummary
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.errors import HotlineError, NotFound
from hotline.core.security import Permission
from hotline.web.access import permit
from hotline.web.idempotency import Body, as_kept
from hotline.web.problems import READING, WRITING

MOST = 200

router = APIRouter(prefix="/api/v1/work-orders", tags=["work orders"], responses=READING)

Handler = Annotated[Actor, Depends(permit(Permission.ORDER_HANDLE))]


class NumbersIn(BaseModel):
    """Which orders; one that is named twice is taken once."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"numbers": ["261125000017-1", "261125000018-1"]}]}
    )

    numbers: Annotated[list[Code], Field(min_length=1, max_length=MOST)]


class Refusal(BaseModel):
    """Why this order was not taken, as its own request would have been told (RFC 9457)."""

    title: str
    status: int
    detail: str
    remedy: str


class AcceptResult(BaseModel):
    """What came of one order: `order` as it is now, or `problem`."""

    number: str
    order: OrderSummary | None = None
    problem: Refusal | None = None


class AcceptResults(BaseModel):
    """One result for each number, in the order in which they were named."""

    items: list[AcceptResult]
    accepted: int
    refused: int


@router.post(
    "/accept",
    operation_id="accept_work_orders",
    summary="Accept many (批量签收)",
    response_model=AcceptResults,
    responses=WRITING,
)
def accept_many(actor: Handler, given: NumbersIn, write: Writing) -> Any:
    """批量签收: each order is taken or refused by itself; the answer is 200 either way.

    `If-Match` has no meaning here and is not read.
    """

    def act() -> AcceptResults:
        # By number, so that two requests that share orders lock them in one order.
        named = dict.fromkeys(given.numbers)
        done = {each: _accept(write.session, each, actor) for each in sorted(named)}
        items = [done[each] for each in named]
        taken = sum(each.problem is None for each in items)
        return AcceptResults(items=items, accepted=taken, refused=len(items) - taken)

    def again(kept: Body | None) -> Body:
        body = as_kept(kept)
        return {**body, "items": [_again(write.session, each, actor) for each in body["items"]]}

    return write.once(act, actor, given.model_dump_json(), again=again)


def _accept(session: Session, number: str, actor: Actor) -> AcceptResult:
    """Take one order in a savepoint of its own, so that a refusal undoes nothing else."""
    try:
        with session.begin_nested():
            order = orders.find(session, number, reader=actor, lock=True)
            orders.accept(session, order, actor=actor, now=now())
            session.flush()
            return AcceptResult(number=number, order=order_summary(session, order))
    except HotlineError as error:
        return AcceptResult(number=number, problem=_refusal(error))


def _again(session: Session, item: Body, actor: Actor) -> Body:
    """Return one kept result; of an order that was taken and is seen no more, that it is not."""
    if item["order"] is None:
        return item
    try:
        orders.find(session, item["number"], reader=actor)
    except NotFound as error:
        return {**item, "order": None, "problem": _refusal(error).model_dump()}
    return item


def _refusal(error: HotlineError) -> Refusal:
    return Refusal(title=error.title, status=error.status, detail=error.detail, remedy=error.remedy)
