"""What a made-up ticket went through: each step by the same verb as in real life, at its moment."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlmodel import Session

from dispatch import intake, reminders
from dispatch.beside import extensions, supervision, suspensions
from dispatch.callback import callbacks
from dispatch.callback.attempts import Answers, AttemptOutcome
from dispatch.callback.callback_plan import CallbackMode
from dispatch.callback.callback_plan import of_ticket as callback_of
from dispatch.ending import answers, declines, handovers, withdrawals
from dispatch.ending.answers import Told as Said
from dispatch.ending.handovers import Transfer
from dispatch.ending.withdrawals import Wish
from dispatch.handling import dispatching, info_requests, orders, replies, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from dispatch.handling.returns import Return
from dispatch.models import Ticket, WorkOrder
from dispatch.rules import sign_off
from hotline.core.accounts import Actor, Role
from hotline.core.privacy import Person
from hotline.demo.cast import AGENT, LEAD, OVERSEER

DESK = "540100-desk"

Step = Callable[[Session, Ticket, datetime, str], object]


def take(session: Session, ticket: Ticket, step: str, *, at: datetime) -> None:
    """Do one step of a made-up day, like `dispatch:540200-desk`; raise KeyError for none such."""
    verb, _, rest = step.partition(":")
    STEPS[verb](session, ticket, at, rest)
    session.flush()


def dispatch(session: Session, ticket: Ticket, at: datetime, to: str) -> object:
    """派单, to whom was proposed or to the department named."""
    proposal = intake.proposal_of(session, ticket)
    department = to or (proposal and proposal.department) or DESK
    basis = str(proposal.body["legal_basis"]) if proposal and not to else ""
    chosen = [Assignment(department, basis)]
    return dispatching.dispatch(session, ticket, chosen, actor=AGENT, now=at)


def assist(session: Session, ticket: Ticket, at: datetime, to: str) -> object:
    """加派."""
    return dispatching.add(session, ticket, [Assignment(to)], actor=AGENT, now=at)


def accept(session: Session, ticket: Ticket, at: datetime, _: str) -> object:
    """签收."""
    order = _order(session, ticket)
    return orders.accept(session, order, actor=_system(order), now=at)


def contact(session: Session, ticket: Ticket, at: datetime, _: str) -> object:
    """联系记录."""
    order, told = _order(session, ticket), "已电话联系诉求人，核实了地点和情况。"
    who = _system(order)
    return orders.log_contact(
        session, order, reached=True, text=told, at=at - timedelta(minutes=1), actor=who, now=at
    )


def ask(session: Session, ticket: Ticket, at: datetime, _: str) -> object:
    """请求补充."""
    order = _order(session, ticket)
    return info_requests.ask(
        session, order, "请问具体是哪一个路口、哪一天？", actor=_system(order), now=at
    )


def give(session: Session, ticket: Ticket, at: datetime, _: str) -> object:
    """补充."""
    asked = info_requests.of_order(session, _order(session, ticket))[-1]
    told = "诉求人说是昨天下午，就在客运站旁边的路口。"
    return info_requests.give(session, asked, told, actor=AGENT, now=at)


def extend(session: Session, ticket: Ticket, at: datetime, _: str) -> object:
    """申请延期."""
    order = _order(session, ticket)
    why = "更换的配件要从外地调运，预计下周到货。"
    return extensions.request_extension(session, order, 5, why, actor=_system(order), now=at)


def grant(session: Session, ticket: Ticket, at: datetime, _: str) -> object:
    """同意延期."""
    return _decided(session, ticket, True, "情况属实，请先告知诉求人。", at)


def refuse(session: Session, ticket: Ticket, at: datetime, _: str) -> object:
    """不同意延期."""
    return _decided(session, ticket, False, "农时不等人，请按原期限办理。", at)


def reply(session: Session, ticket: Ticket, at: datetime, _: str) -> object:
    """答复."""
    public = "您好，您反映的问题我们已到现场核实，当天处理完毕，感谢您的监督。"
    return _replied(session, ticket, at, "已到现场核实并处理，联系了诉求人。", public)


def evade(session: Session, ticket: Ticket, at: datetime, _: str) -> object:
    """答复, in words that say nothing: only a reviewer can tell."""
    public = "您反映的情况已收悉，我们会高度重视，感谢您的关注与支持。"
    return _replied(session, ticket, at, "已知悉，按程序处理。", public)


def reject(session: Session, ticket: Ticket, at: datetime, _: str) -> object:
    """驳回."""
    note = "没有写明查到了什么、何时解决，请补充后重新答复。"
    return reviews.reject(session, _order(session, ticket), note=note, actor=AGENT, now=at)


def complete(session: Session, ticket: Ticket, at: datetime, _: str) -> object:
    """办结."""
    return reviews.complete(session, _order(session, ticket), actor=AGENT, now=at)


def rate(session: Session, ticket: Ticket, at: datetime, grade: str) -> object:
    """回访, and the requester's rating; a bad one has the matter done again."""
    stars = int(grade or 5)
    good = stars > 2
    heard = Answers(AttemptOutcome.COMPLETED, contacted=True, solved=good, rating=stars)
    return _called_back(session, ticket, heard, at)


def unreached(session: Session, ticket: Ticket, at: datetime, _: str) -> object:
    """回访, and nobody picked up."""
    return _called_back(session, ticket, Answers(AttemptOutcome.NO_ANSWER), at)


def give_back(session: Session, ticket: Ticket, at: datetime, why: str) -> object:
    """退单."""
    reason, _, whose = (why or "not_our_duty:540100-urban").partition(":")
    given = Return(reason, "本单位三定方案第四条：此项由市政部门负责。", whose)
    order = _order(session, ticket)
    return reviews.return_order(session, order, given, actor=_system(order), now=at)


def remind(session: Session, ticket: Ticket, at: datetime, _: str) -> object:
    """催办."""
    person, told = session.get_one(Person, ticket.person_id), "还没有人来处理，请再催一下。"
    return reminders.remind(session, ticket, person, told, call_id=None, actor=AGENT, now=at)


def supervise(session: Session, ticket: Ticket, at: datetime, _: str) -> object:
    """督办."""
    order, cause = _order(session, ticket), supervision.Cause.PERSON
    told = "涉及老人出行，请明确修复日期并每日反馈。"
    return supervision.supervise(session, ticket, order, cause, told, actor=OVERSEER, now=at)


def suspend(session: Session, ticket: Ticket, at: datetime, _: str) -> object:
    """挂账."""
    review: date = (at + timedelta(days=90)).date()
    why = "需要列入明年的建设计划，目前正在做前期论证。"
    return suspensions.suspend(session, ticket, DESK, review, why, actor=OVERSEER, now=at)


def answer(session: Session, ticket: Ticket, at: datetime, _: str) -> object:
    """直接答复."""
    said = Said("可以在政务服务大厅窗口或者手机上办理，请带好身份证原件。", "知识库")
    return answers.answer(session, ticket, said, actor=AGENT, now=at)


def decline(session: Session, ticket: Ticket, at: datetime, reason: str) -> object:
    """不予受理."""
    return declines.decline(session, ticket, reason, actor=AGENT, now=at)


def hand(session: Session, ticket: Ticket, at: datetime, receiver: str) -> object:
    """移交."""
    given = Transfer(receiver, "反映的是干部作风问题，由其依规受理。")
    return handovers.hand_over(session, ticket, given, actor=AGENT, now=at)


def withdraw(session: Session, ticket: Ticket, at: datetime, wish: str) -> object:
    """撤回."""
    return withdrawals.withdraw(session, ticket, Wish(wish), actor=AGENT, now=at)


STEPS: dict[str, Step] = {
    **{each.__name__: each for each in (dispatch, assist, accept, contact, ask, give, extend)},
    **{each.__name__: each for each in (grant, refuse, reply, evade, reject, complete, rate)},
    **{each.__name__: each for each in (unreached, remind, supervise, suspend, answer, decline)},
    **{each.__name__: each for each in (hand, withdraw)},
    "return": give_back,
}


def _order(session: Session, ticket: Ticket) -> WorkOrder:
    """Return the order that the ticket's latest step is about: its lead's."""
    return [each for each in orders.of_ticket(session, ticket) if each.role == "lead"][-1]


def _system(order: WorkOrder) -> Actor:
    return Actor(f"{order.department}#1", Role.SYSTEM, order.department)


def _decided(session: Session, ticket: Ticket, granted: bool, note: str, at: datetime) -> object:
    asked = extensions.of_order(session, _order(session, ticket))[-1]
    return extensions.decide_extension(session, asked, granted, note, actor=LEAD, now=at)


def _replied(session: Session, ticket: Ticket, at: datetime, result: str, public: str) -> object:
    order = _order(session, ticket)
    reached = at - timedelta(minutes=1)
    said = Answer(result, is_true=True, is_solved=True, public_reply=public, contacted_at=reached)
    office = "局长" if sign_off.required(session, ticket, now=at) else ""
    who = _system(order)
    return replies.reply(session, order, said, signed_off_by=office, actor=who, now=at)


def _called_back(session: Session, ticket: Ticket, heard: Answers, at: datetime) -> object:
    planned = callback_of(session, ticket)
    if planned is None:
        raise LookupError(f"{ticket.number} has no callback.")
    planned.mode = CallbackMode.PERSON
    return callbacks.record_by_person(session, planned, heard, actor=AGENT, now=at)
