"""转派 and 签发 over HTTP: to the county below, and with a leader's name."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from dispatch.handling import onward, orders, signing
from hotline.api.fields import Number
from hotline.api.order_views import order_summary
from hotline.api.order_writes import OrderWrite
from hotline.api.schemas_onward import ChildList, OnwardIn, SignIn, TakeBackIn
from hotline.api.schemas_order_detail import OrderDetail
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/work-orders", tags=["work orders"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.ORDER_READ))]
Handler = Annotated[Actor, Depends(permit(Permission.ORDER_HANDLE))]
Signer = Annotated[Actor, Depends(permit(Permission.ORDER_SIGN))]


@router.post(
    "/{number}/onward",
    operation_id="dispatch_onward",
    summary="Give on to units below (转派)",
    response_model=OrderDetail,
    responses=WRITING,
)
def dispatch_onward(actor: Handler, given: OnwardIn, write: OrderWrite) -> Any:
    """转派: units below handle it within this order's time, and this department reviews them."""
    return write.do(
        lambda order: onward.dispatch(
            write.session,
            order,
            given.departments,
            given.note,
            elsewhere=given.elsewhere,
            actor=actor,
            now=now(),
        ),
        actor,
        given.model_dump_json(),
    )


@router.get(
    "/{number}/children",
    operation_id="list_work_order_children",
    summary="List the orders given on (转派)",
)
def list_children(actor: Reader, number: Number, session: SessionDep) -> ChildList:
    """Return the orders that were issued onward from this one, oldest first."""
    order = orders.find(session, number, reader=actor)
    found = onward.of_order(session, order)
    return ChildList(items=[order_summary(session, each) for each in found])


@router.post(
    "/{number}/recall",
    operation_id="recall_work_order",
    summary="Take back what was given on (撤回转派)",
    response_model=OrderDetail,
    responses=WRITING,
)
def recall_work_order(actor: Handler, given: TakeBackIn, write: OrderWrite) -> Any:
    """撤回转派: for the department that gave the order on; all below it is taken back too."""
    return write.do(
        lambda order: onward.recall(
            write.session, order, given.reason, lead=given.lead or "", actor=actor, now=now()
        ),
        actor,
        given.model_dump_json(),
        issuer=True,
    )


@router.post(
    "/{number}/sign",
    operation_id="sign_work_order_reply",
    summary="Sign the reply (签发)",
    response_model=OrderDetail,
    responses=WRITING,
)
def sign_reply(actor: Signer, given: SignIn, write: OrderWrite) -> Any:
    """签发: the reply that waits for its leader is given and goes to review."""
    return write.do(
        lambda order: signing.sign(
            write.session, order, signed_by=given.signed_by, actor=actor, now=now()
        ),
        actor,
        given.model_dump_json(),
    )
