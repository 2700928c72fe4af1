"""延期 and 待补充 over HTTP: more time, and more words."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from dispatch.beside import extensions
from dispatch.beside.extension_limits import ExtensionStatus
from dispatch.handling import info_requests, orders
from dispatch.models import WorkOrder
from hotline.api.extension_views import info_line
from hotline.api.fields import Number, RowId
from hotline.api.order_writes import OrderWrite
from hotline.api.schemas_extensions import (
    DecisionIn,
    ExtensionIn,
    ExtensionList,
    ExtensionOut,
    ExtensionPage,
    InfoAnswerIn,
    InfoPage,
    OrderExtension,
    QuestionIn,
    QuestionStatus,
)
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
Decider = Annotated[Actor, Depends(permit(Permission.EXTENSION_DECIDE))]
Informer = Annotated[Actor, Depends(permit(Permission.ORDER_INFORM))]
Limit = Annotated[int, Query(ge=1, le=MOST)]


@router.get("/extensions", operation_id="list_extensions", summary="List extensions (延期)")
def list_extensions(
    actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    status: ExtensionStatus | None = None,
    cursor: str | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> ExtensionPage:
    """Return extensions as they were asked for; `status=asked` are those to decide."""
    seen = decode_cursor(cursor)
    found = extensions.register(
        session,
        reader=actor,
        status=status,
        after=seen[1] if seen else 0,
        limit=limit,
    )
    last = found[-1][0] if len(found) == limit else None
    following = encode_cursor(last.asked_at, last.id or 0) if last else None
    link_next(request, response, following)
    items = [
        OrderExtension(
            **ExtensionOut.model_validate(row).model_dump(),
            order=order.number,
            department=order.department,
        )
        for row, order in found
    ]
    return ExtensionPage(items=items, next=following)


@router.get("/need-info", operation_id="list_info_requests", summary="List questions (待补充)")
def list_info_requests(
    actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    status: QuestionStatus = QuestionStatus.OPEN,
    cursor: str | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> InfoPage:
    """Return what departments asked, oldest first: the open questions, unless any are wanted."""
    seen = decode_cursor(cursor)
    found = info_requests.register(
        session,
        reader=actor,
        open_only=status is QuestionStatus.OPEN,
        after=seen[1] if seen else 0,
        limit=limit,
    )
    last = found[-1][0] if len(found) == limit else None
    following = encode_cursor(last.asked_at, last.id or 0) if last else None
    link_next(request, response, following)
    return InfoPage(items=[info_line(session, *each) for each in found], next=following)


@router.get(
    "/{number}/extensions",
    operation_id="list_work_order_extensions",
    summary="List an order's extensions (延期)",
)
def list_work_order_extensions(actor: Reader, number: Number, session: SessionDep) -> ExtensionList:
    """Return what was asked for this order and what came of it, oldest first."""
    order = orders.find(session, number, reader=actor)
    found = extensions.of_order(session, order)
    return ExtensionList(items=[ExtensionOut.model_validate(each) for each in found])


@router.post(
    "/{number}/extensions",
    operation_id="request_extension",
    summary="Ask for more time (申请延期)",
    response_model=OrderDetail,
    responses=WRITING,
)
def request_extension(actor: Handler, given: ExtensionIn, write: OrderWrite) -> Any:
    """申请延期: before the reply is due; the clock runs on until somebody grants it."""

    def act(order: WorkOrder) -> object:
        return extensions.request_extension(
            write.session, order, given.working_days, given.reason, actor=actor, now=now()
        )

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{number}/extensions/{count}/decide",
    operation_id="decide_extension",
    summary="Decide upon more time (批复延期)",
    response_model=OrderDetail,
    responses=WRITING,
)
def decide_extension(actor: Decider, count: RowId, given: DecisionIn, write: OrderWrite) -> Any:
    """批复延期: the reply is due later and the caller is told so, or it stays due when it was."""

    def act(order: WorkOrder) -> object:
        row = extensions.find(write.session, order, count)
        return extensions.decide_extension(
            write.session, row, given.granted, given.note, actor=actor, now=now()
        )

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{number}/need-info",
    operation_id="ask_for_information",
    summary="Ask the requester (待补充)",
    response_model=OrderDetail,
    responses=WRITING,
)
def ask_for_information(actor: Handler, given: QuestionIn, write: OrderWrite) -> Any:
    """请求补充: an agent asks the requester and brings the answer; no clock stops for it."""
    return write.do(
        lambda order: info_requests.ask(
            write.session, order, given.question, actor=actor, now=now()
        ),
        actor,
        given.model_dump_json(),
    )


@router.post(
    "/{number}/need-info/{info_id}/answer",
    operation_id="answer_information_request",
    summary="Bring the requester's answer (补充)",
    response_model=OrderDetail,
    responses=WRITING,
)
def answer_information_request(
    actor: Informer, info_id: RowId, given: InfoAnswerIn, write: OrderWrite
) -> Any:
    """补充: what the requester said, sealed; the department reads it masked."""

    def act(order: WorkOrder) -> object:
        row = info_requests.find(write.session, order, info_id)
        return info_requests.give(write.session, row, given.answer, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())
