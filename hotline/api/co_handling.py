"""协办 over HTTP: the lead asks another unit to assist; the hotline grants it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from dispatch.handling import co_handling, orders
from dispatch.models import WorkOrder
from hotline.api import co_handling_views
from hotline.api.fields import Number, RowId
from hotline.api.order_writes import OrderWrite
from hotline.api.schemas_co_handling import CoHandlingOut, HelpDecisionIn, HelpIn, HelpPage
from hotline.api.schemas_extensions import QuestionStatus
from hotline.api.schemas_order_detail import OrderDetail
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/work-orders", tags=["work orders"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.ORDER_READ))]
Handler = Annotated[Actor, Depends(permit(Permission.ORDER_HANDLE))]
Dispatcher = Annotated[Actor, Depends(permit(Permission.TICKET_DISPATCH))]


@router.get(
    "/co-handling", operation_id="list_co_handling", summary="List requests for help (协办)"
)
def list_co_handling(
    actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    status: QuestionStatus = QuestionStatus.OPEN,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> HelpPage:
    """Return whose help leads asked for, oldest first: the undecided, unless any are wanted."""
    seen = decode_cursor(cursor)
    found = co_handling.register(
        session,
        reader=actor,
        open_only=status is QuestionStatus.OPEN,
        after=seen[1] if seen else 0,
        limit=limit,
    )
    last = found[-1][0] if len(found) == limit else None
    following = encode_cursor(last.asked_at, last.id or 0) if last else None
    link_next(request, response, following)
    lines = [co_handling_views.help_line(session, *each) for each in found]
    return HelpPage(items=lines, next=following)


@router.get(
    "/{number}/co-handling",
    operation_id="get_work_order_co_handling",
    summary="Read who assists (协办)",
)
def get_co_handling(actor: Reader, number: Number, session: SessionDep) -> CoHandlingOut:
    """Return whose help was asked for and, for the lead, what every assisting unit did."""
    order = orders.find(session, number, reader=actor)
    return co_handling_views.of_order(session, order)


@router.post(
    "/{number}/co-handling",
    operation_id="ask_for_co_handling",
    summary="Ask another unit to assist (申请协办)",
    response_model=OrderDetail,
    responses=WRITING,
)
def ask_for_co_handling(actor: Handler, given: HelpIn, write: OrderWrite) -> Any:
    """申请协办: a unit below the lead's district has its order at once; others the hotline grants.

    For who leads the ticket (主办) and has accepted it. No clock stops.
    """

    def act(order: WorkOrder) -> object:
        whom, why = given.department, given.reason
        return co_handling.ask(write.session, order, whom, why, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{number}/co-handling/{count}/decide",
    operation_id="decide_co_handling",
    summary="Decide upon help (批复协办)",
    response_model=OrderDetail,
    responses=WRITING,
)
def decide_co_handling(
    actor: Dispatcher, count: RowId, given: HelpDecisionIn, write: OrderWrite
) -> Any:
    """批复协办: the unit has an assisting order (加派), or the lead reads why not."""

    def act(order: WorkOrder) -> object:
        row = co_handling.find(write.session, order, count)
        return co_handling.decide(
            write.session, row, given.granted, given.note, actor=actor, now=now()
        )

    return write.do(act, actor, given.model_dump_json())
