"""签收、联系、转接通话、补充、延期、退单、督办反馈: what a department does with its own order."""

from typing import Annotated

from fastapi import APIRouter, Form, Response

from dispatch.beside import extensions, supervision
from dispatch.handling import info_requests, orders, reviews
from dispatch.handling.returns import NAMES_ANOTHER, Return
from dispatch.models import WorkOrder
from dispatch.relaying import relays
from hotline.console.choices import named
from hotline.console.faults import Misfilled
from hotline.console.form_times import moment
from hotline.console.portal.desk import ORDERS, Handler, Supervised, Talker
from hotline.console.portal.writes import OrderForm
from hotline.console.words import say
from hotline.console.writes import RowId, Words
from hotline.core.errors import NotFound

MOST_DAYS = 999

router = APIRouter(prefix=f"{ORDERS}/{{number}}", include_in_schema=False)


@router.post("/accept")
def accept(viewer: Handler, form: OrderForm) -> Response:
    """签收: the department takes the order."""
    return form.do(
        "accept",
        lambda order: orders.accept(form.session, order, actor=viewer.actor, now=form.now),
    )


@router.post("/contact")
def contact(
    viewer: Handler, form: OrderForm, reached: bool = Form(), at: Words = "", note: Words = ""
) -> Response:
    """联系记录: the requester was reached, or was not; now, where no moment is given."""

    def act(order: WorkOrder) -> object:
        return orders.log_contact(
            form.session,
            order,
            reached=reached,
            text=note,
            at=moment(at) or form.now,
            actor=viewer.actor,
            now=form.now,
        )

    return form.do("contact", act)


@router.post("/relay")
def relay(viewer: Talker, form: OrderForm, telephone: Words = "") -> Response:
    """中转通话: rings the department, then the requester; neither sees the other's number."""
    return form.do(
        "relay",
        lambda order: relays.ask(form.session, order, telephone, actor=viewer.actor, now=form.now),
    )


@router.post("/ask")
def ask(viewer: Handler, form: OrderForm, question: Words = "") -> Response:
    """请求补充: an agent asks the requester and brings the answer; no clock stops."""
    return form.do(
        "ask",
        lambda order: info_requests.ask(
            form.session, order, question, actor=viewer.actor, now=form.now
        ),
    )


@router.post("/extension")
def extension(
    viewer: Handler,
    form: OrderForm,
    days: Annotated[int, Form(ge=1, le=MOST_DAYS)],
    reason: Words = "",
) -> Response:
    """申请延期: somebody at the hotline decides; the clock runs on meanwhile."""
    return form.do(
        "extension",
        lambda order: extensions.request_extension(
            form.session, order, days, reason, actor=viewer.actor, now=form.now
        ),
    )


@router.post("/return")
def return_order(
    viewer: Handler, form: OrderForm, reason_code: Words = "", basis: Words = "", whose: Words = ""
) -> Response:
    """退单: with its reason, its basis in duty or law, and whose it is."""

    def act(order: WorkOrder) -> object:
        if not whose.strip() and reason_code in NAMES_ANOTHER:
            raise Misfilled(say("portal.return_names_another"))
        suggested = named(form.session, whose) if whose.strip() else ""
        given = Return(reason_code, basis, suggested)
        return reviews.return_order(form.session, order, given, actor=viewer.actor, now=form.now)

    return form.do("return", act)


@router.post("/feedback")
def feedback(viewer: Supervised, form: OrderForm, id: RowId, feedback: Words = "") -> Response:
    """督办反馈: what the department did about it."""

    def act(order: WorkOrder) -> object:
        row = supervision.find(form.session, id, reader=viewer.actor, lock=True)
        if row.ticket_id != order.ticket_id:
            raise NotFound(f"Supervision {id} is none of order {order.number}.")
        return supervision.answer(form.session, row, feedback, actor=viewer.actor, now=form.now)

    return form.do("feedback", act)
