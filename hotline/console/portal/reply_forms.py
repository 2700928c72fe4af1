"""答复、撤回答复、签发: a reply is looked through before it is sent, and nothing typed is lost."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch import disclosure
from dispatch.handling import orders, replies, reply_checks, reply_withdrawals, signing
from dispatch.handling.replies import REJECTED, Answer
from dispatch.handling.reply_checks import Before, Finding
from dispatch.models import WorkOrder
from hotline.console.faults import Misfilled
from hotline.console.form_times import moment
from hotline.console.frame import Viewer, templates
from hotline.console.portal.desk import ORDERS, Handler, Signer
from hotline.console.portal.writes import OrderForm
from hotline.console.words import say
from hotline.console.writes import Words
from hotline.core.security import Permission
from hotline.web.access import SessionDep

router = APIRouter(prefix=f"{ORDERS}/{{number}}", include_in_schema=False)

Yes = Annotated[bool | None, Form()]


@dataclass(frozen=True)
class Written:
    """The reply as it stands in the form, not judged yet."""

    result: str
    public_reply: str
    unsolved_reason: str
    is_true: bool | None
    is_solved: bool | None
    contacted_at: str

    def answer(self) -> Answer:
        """Return what is said; raise Misfilled for a moment that is none."""
        return Answer(
            result=self.result.strip(),
            is_true=bool(self.is_true),
            is_solved=bool(self.is_solved),
            public_reply=self.public_reply.strip(),
            unsolved_reason="" if self.is_solved else self.unsolved_reason.strip(),
            contacted_at=moment(self.contacted_at),
        )


def written(
    result: Words = "",
    public_reply: Words = "",
    unsolved_reason: Words = "",
    is_true: Yes = None,
    is_solved: Yes = None,
    contacted_at: Words = "",
) -> Written:
    """Return the form's words."""
    return Written(result, public_reply, unsolved_reason, is_true, is_solved, contacted_at)


ReplyForm = Annotated[Written, Depends(written)]


@router.post("/reply/check", response_class=HTMLResponse)
def check(
    viewer: Handler, number: str, request: Request, session: SessionDep, given: ReplyForm
) -> Response:
    """Return what is wrong with the reply so far; nothing is kept."""
    order = orders.find(session, number, reader=viewer.actor)
    try:
        found = _look(session, order, given)
    except Misfilled:
        found = []  # half a moment: it is told when the reply is sent
    shown = {"findings": found, "checked": True}
    return templates.TemplateResponse(request, "portal/findings.html", shown)


@router.post("/reply")
def reply(
    viewer: Handler,
    form: OrderForm,
    given: ReplyForm,
    confirmed: Annotated[bool, Form()] = False,
    office: Words = "",
) -> Response:
    """答复: for review, or for its leader's signature where the policy asks for one.

    What stops it comes back with everything typed; what is only asked is sent once `confirmed`.
    """
    found: list[Finding] = []

    def act(order: WorkOrder) -> object:
        if given.is_true is None or given.is_solved is None:
            raise Misfilled(say("portal.choose_both"))
        found.extend(_look(form.session, order, given))
        if reply_checks.stopped(found) or (found and not confirmed):
            raise Misfilled(say("portal.look_again"))
        return replies.reply(
            form.session,
            order,
            given.answer(),
            signed_off_by=_office(viewer, office),
            actor=viewer.actor,
            now=form.now,
        )

    return form.do("reply", act, findings=found)


@router.post("/withdraw")
def withdraw(viewer: Handler, form: OrderForm, reason: Words = "") -> Response:
    """撤回答复: before it is reviewed; the clocks run on as if nobody had answered."""
    return form.do(
        "withdraw",
        lambda order: reply_withdrawals.withdraw_reply(
            form.session, order, reason, actor=viewer.actor, now=form.now
        ),
    )


@router.post("/sign")
def sign(viewer: Signer, form: OrderForm, office: Words = "") -> Response:
    """签发: the reply that waits for its leader is given and goes to review."""
    return form.do(
        "sign",
        lambda order: signing.sign(
            form.session, order, signed_by=office, actor=viewer.actor, now=form.now
        ),
    )


def _office(viewer: Viewer, office: str) -> str:
    """Return the office that signs at once; only who may sign names one."""
    return office.strip() if Permission.ORDER_SIGN in viewer.may else ""


def _look(session: Session, order: WorkOrder, given: Written) -> list[Finding]:
    ticket = orders.ticket_of(session, order)
    before = Before(
        asked=disclosure.for_department(ticket, ticket.text),
        rejected=[
            each.public_reply
            for each in replies.replies_of(session, order)
            if each.verdict == REJECTED
        ],
        reached=any(each.reached for each in orders.contacts_of(session, order)),
    )
    return reply_checks.look(given.answer(), before)
