"""Work orders over HTTP: the inbox of a department's system, and what it does with each order."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from dispatch.handling import orders, replies, reply_withdrawals, reviews
from dispatch.handling.replies import Answer
from dispatch.handling.returns import Return
from dispatch.models import WorkOrder
from dispatch.states import OrderStatus
from hotline.api.fields import Instant, Number
from hotline.api.order_views import order_summary, readable
from hotline.api.order_writes import OrderWrite
from hotline.api.schemas_order_detail import OrderDetail
from hotline.api.schemas_orders import (
    ContactIn,
    OrderPage,
    ReplyIn,
    ReturnIn,
    ReviewIn,
    Verdict,
    WithdrawReplyIn,
)
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING
from hotline.web.versions import tag

router = APIRouter(prefix="/api/v1/work-orders", tags=["work orders"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.ORDER_READ))]
Handler = Annotated[Actor, Depends(permit(Permission.ORDER_HANDLE))]
Reviewer = Annotated[Actor, Depends(permit(Permission.ORDER_REVIEW))]


@router.get("", operation_id="list_work_orders", summary="List work orders")
def list_work_orders(
    actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    status: OrderStatus | None = None,
    onward: Annotated[bool, Query(description="What it gave on to units below (转派).")] = False,
    since: Annotated[Instant | None, Query(description="Issued at or after this moment.")] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> OrderPage:
    """Return orders as they were issued: a department's own, or all for who works inside."""
    seen = decode_cursor(cursor)
    found = orders.inbox(
        session,
        reader=actor,
        onward=onward,
        status=status,
        since=since,
        after=seen[1] if seen else 0,
        limit=limit,
    )
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(last.dispatched_at, last.id or 0) if last else None
    link_next(request, response, following)
    return OrderPage(items=[order_summary(session, each) for each in found], next=following)


@router.get("/{number}", operation_id="get_work_order", summary="Read a work order")
def get_work_order(
    actor: Reader, number: Number, session: SessionDep, response: Response
) -> OrderDetail:
    """Return the order with what was said, its clocks, reminders, contacts and replies."""
    order = orders.find(session, number, reader=actor)
    tag(response, order.version)
    return readable(session, order, reader=actor)


@router.post(
    "/{number}/accept",
    operation_id="accept_work_order",
    summary="Accept (签收)",
    response_model=OrderDetail,
    responses=WRITING,
)
def accept(actor: Handler, write: OrderWrite) -> Any:
    """签收: the department takes the order; its sign-in clock stops."""
    return write.do(
        lambda order: orders.accept(write.session, order, actor=actor, now=now()), actor
    )


@router.post(
    "/{number}/contacts",
    operation_id="log_work_order_contact",
    summary="Log a contact (联系记录)",
    response_model=OrderDetail,
    responses=WRITING,
)
def log_contact(actor: Handler, given: ContactIn, write: OrderWrite) -> Any:
    """联系记录: the requester was reached, or was not; reaching them stops the contact clock."""

    def act(order: WorkOrder) -> object:
        moment = now()
        return orders.log_contact(
            write.session,
            order,
            reached=given.reached,
            text=given.note,
            at=given.at or moment,
            actor=actor,
            now=moment,
        )

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{number}/return",
    operation_id="return_work_order",
    summary="Return (退单)",
    response_model=OrderDetail,
    responses=WRITING,
)
def return_order(actor: Handler, given: ReturnIn, write: OrderWrite) -> Any:
    """退单: give the order back; with no other open, an agent dispatches the ticket anew."""
    back = Return(given.reason, given.basis, given.suggested_department or "")
    return write.do(
        lambda order: reviews.return_order(write.session, order, back, actor=actor, now=now()),
        actor,
        given.model_dump_json(),
    )


@router.post(
    "/{number}/reply",
    operation_id="reply_to_work_order",
    summary="Reply (答复)",
    response_model=OrderDetail,
    responses=WRITING,
)
def reply(actor: Handler, given: ReplyIn, write: OrderWrite) -> Any:
    """答复: keep the answer for review; the same answer sent again is the one kept already.

    Where the policy asks for a leader's signature (签发) it waits for that, unless it is signed.
    """
    answer = Answer(
        result=given.result,
        is_true=given.is_true,
        is_solved=given.is_solved,
        public_reply=given.public_reply,
        unsolved_reason=given.unsolved_reason or "",
        contacted_at=given.contacted_at,
    )
    office = given.signed_off_by or ""
    return write.do(
        lambda order: replies.reply(
            write.session, order, answer, signed_off_by=office, actor=actor, now=now()
        ),
        actor,
        given.model_dump_json(),
    )


@router.post(
    "/{number}/withdraw-reply",
    operation_id="withdraw_work_order_reply",
    summary="Withdraw the reply (撤回答复)",
    response_model=OrderDetail,
    responses=WRITING,
)
def withdraw_reply(actor: Handler, given: WithdrawReplyIn, write: OrderWrite) -> Any:
    """撤回答复: before it is reviewed; the clocks run on as if nobody had answered."""
    why = given.reason
    return write.do(
        lambda order: reply_withdrawals.withdraw_reply(
            write.session, order, why, actor=actor, now=now()
        ),
        actor,
        given.model_dump_json(),
    )


@router.post(
    "/{number}/review",
    operation_id="review_work_order",
    summary="Review (审核)",
    response_model=OrderDetail,
    responses=WRITING,
)
def review(actor: Reviewer, given: ReviewIn, write: OrderWrite) -> Any:
    """审核: the reply stands (办结), or the department answers anew by the same due time (驳回).

    For who issued the order: the hotline, or the department that gave it on.
    """

    def act(order: WorkOrder) -> object:
        if given.verdict is Verdict.COMPLETE:
            return reviews.complete(write.session, order, actor=actor, now=now())
        note = given.note or ""
        return reviews.reject(write.session, order, note=note, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json(), issuer=True)
