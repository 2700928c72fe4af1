"""转派、协办、审核: what a department has others do, and what it says of what they did."""

from typing import Annotated

from fastapi import APIRouter, Form, Response

from dispatch.handling import co_handling, onward, reviews
from dispatch.models import WorkOrder
from hotline.console.choices import named
from hotline.console.faults import Misfilled
from hotline.console.portal.desk import ORDERS, Handler, Reviewer
from hotline.console.portal.writes import OrderForm
from hotline.console.words import say
from hotline.console.writes import Words

MOST_UNITS = 8

router = APIRouter(prefix=f"{ORDERS}/{{number}}", include_in_schema=False)

Units = Annotated[list[str], Form(max_length=MOST_UNITS)]


@router.post("/onward")
def give_on(
    viewer: Handler, form: OrderForm, unit: Units, note: Words = "", elsewhere: Words = ""
) -> Response:
    """转派: units below handle it within this order's time; the first leads there."""

    def act(order: WorkOrder) -> object:
        codes = [named(form.session, each) for each in unit if each.strip()]
        if not codes:
            raise Misfilled(say("portal.no_unit"))
        return onward.dispatch(
            form.session,
            order,
            codes,
            note,
            elsewhere=elsewhere,
            actor=viewer.actor,
            now=form.now,
        )

    return form.do("onward", act)


@router.post("/help")
def ask_for_help(
    viewer: Handler, form: OrderForm, department: Words = "", reason: Words = ""
) -> Response:
    """申请协办: a unit below assists at once; for any other the hotline decides."""

    def act(order: WorkOrder) -> object:
        whom = named(form.session, department)
        return co_handling.ask(form.session, order, whom, reason, actor=viewer.actor, now=form.now)

    return form.do("help", act)


@router.post("/complete")
def complete(viewer: Reviewer, form: OrderForm) -> Response:
    """审核通过: the reply of the unit below stands."""
    return form.do(
        "complete",
        lambda order: reviews.complete(form.session, order, actor=viewer.actor, now=form.now),
        issuer=True,
    )


@router.post("/reject")
def reject(viewer: Reviewer, form: OrderForm, note: Words = "") -> Response:
    """驳回: the unit below answers anew, by the same due time."""

    def act(order: WorkOrder) -> object:
        if not note.strip():
            raise Misfilled(say("fault.reason_missing"))
        return reviews.reject(form.session, order, note=note, actor=viewer.actor, now=form.now)

    return form.do("reject", act, issuer=True)


@router.post("/recall")
def recall(viewer: Handler, form: OrderForm, reason: Words = "", lead: Words = "") -> Response:
    """撤回转派: with all below it; where it led, `lead` names who leads from now on."""

    def act(order: WorkOrder) -> object:
        heir = named(form.session, lead) if lead.strip() else ""
        return onward.recall(
            form.session, order, reason, lead=heir, actor=viewer.actor, now=form.now
        )

    return form.do("recall", act, issuer=True)
