"""Every action on a ticket and its orders, for walks: when it fits and what it leaves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlmodel import Session, col, select

from dispatch import reminders
from dispatch.beside import extensions, supervision, suspensions
from dispatch.beside.models_beside import Extension, InfoRequest, Supervision
from dispatch.beside.supervision import Cause
from dispatch.callback import callback_plan, callback_record, callbacks
from dispatch.callback.callback_plan import CallbackMode, CallbackStatus
from dispatch.callback.callbacks import Answers, AttemptOutcome
from dispatch.ending import answers, archives, declines, endings, handovers, withdrawals
from dispatch.ending.answers import Told
from dispatch.ending.endings import RedoReason
from dispatch.ending.handovers import Transfer
from dispatch.ending.withdrawals import Wish
from dispatch.handling import (
    arbitration,
    cases,
    dispatching,
    info_requests,
    onward,
    orders,
    replies,
    reviews,
)
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from dispatch.handling.returns import Return
from dispatch.models import Callback, Ticket, WorkOrder
from dispatch.states import OPEN_ORDERS, OrderStatus, TicketStatus
from hotline.core.accounts import Actor, Role
from hotline.core.clock import beijing_day
from hotline.core.privacy import Person

AGENT = Actor("dawa", Role.AGENT)
LEAD = Actor("pema", Role.TEAM_LEAD)
DEPARTMENTS = (
    "540102-urban",
    "540100-urban",
    "540100-housing",
    "540100-water",
    "540100-transport",
    "540100-market",
)
BELOW = ("540102-urban", "540102-housing", "540102-water")  # of 城关区, below the city's
ANSWER = Answer("更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。")
HEARD = (
    Answers(AttemptOutcome.COMPLETED, solved=True, rating=5),
    Answers(AttemptOutcome.COMPLETED, solved=False, rating=1),
    Answers(AttemptOutcome.COMPLETED, solved=True, rating=2),
    Answers(AttemptOutcome.NO_ANSWER),
    Answers(AttemptOutcome.LOST),
    Answers(AttemptOutcome.NOT_ALLOWED),
    Answers(AttemptOutcome.PARTIAL, solved=True),
)
T = TypeVar("T")
Act = Callable[[], object]


@dataclass
class Place:
    """Where a walk stands: `which` chooses among what there is, `now` may be moved on.

    Who `meddles` takes what does not fit as well.
    """

    session: Session
    ticket: Ticket
    which: int
    now: datetime
    meddles: bool = False

    def one_of(self, found: Sequence[T]) -> T | None:
        return found[self.which % len(found)] if found else None

    def order(self, *fitting: OrderStatus) -> WorkOrder | None:
        """Return an order of a status that fits."""
        found = orders.of_ticket(self.session, self.ticket)
        return self.one_of([each for each in found if self.meddles or each.status in fitting])

    def own_order(self) -> WorkOrder | None:
        """Return an order that the hotline itself issued, as `dispatching.find_order` does."""
        order = self.order(*OPEN_ORDERS)
        return order if order and not order.parent_id else None

    def fresh(self) -> list[str]:
        """Return the departments that have not had the ticket in this round."""
        known = orders.of_ticket(self.session, self.ticket)
        had = {each.department for each in known if each.round == self.ticket.redone}
        free = [code for code in DEPARTMENTS if code not in had]
        at = self.which % len(free) if free else 0
        return [*free[at:], *free[:at]]


@dataclass(frozen=True)
class Action:
    """The event of its own that an action leaves, and in which states of a ticket it fits."""

    event: str
    when: frozenset[str]
    often: int
    prepare: Callable[[Place], Act | None]


ACTIONS: dict[str, Action] = {}
LIFTED = "supervision.lifted"  # with the ticket's end, or the order's where two are one
SETTLING = {"ticket.settled", "callback.planned", "ticket.returned", "arbitration.opened"}
ENDING = {"order.recalled", "ticket.suspension_ended", "clock.reckoned", LIFTED}
# What an action may bring about beside its own event; whatever is not named may not happen.
CONSEQUENCES: dict[str, set[str]] = {
    "ticket.dispatched": {"order.dispatched", "order.recalled", LIFTED},
    "order.recalled": SETTLING | ENDING,
    "order.returned": SETTLING | ENDING,
    "order.replied": {"order.signed", "ticket.suspension_ended", "clock.reckoned"},
    "order.completed": SETTLING | ENDING,
    "arbitration.opened": set(),
    "arbitration.decided": {"order.dispatched", "order.recalled", LIFTED},
    "extension.granted": {"clock.reckoned"},
    "ticket.suspension_ended": {"clock.reckoned"},
    "callback.attempted": {
        "callback.completed",
        "callback.planned",
        "ticket.closed",
        "ticket.reopened",
        "order.dispatched",
        "supervision.raised",
        LIFTED,
    },
    "ticket.reopened": {"order.dispatched", "supervision.raised", LIFTED},
    "hand_over.acknowledged": {LIFTED},
    "ticket.answered": {LIFTED},
    "ticket.declined": {LIFTED},
    "ticket.withdrawn": ENDING,
    "ticket.handed_over": ENDING,
}


def action(
    event: str, *when: str, often: int = 1
) -> Callable[[Callable[[Place], Act | None]], None]:
    """Enter the function below under its own name."""

    def enter(prepare: Callable[[Place], Act | None]) -> None:
        CONSEQUENCES.setdefault(event, set())
        ACTIONS[prepare.__name__.removeprefix("_")] = Action(event, frozenset(when), often, prepare)

    return enter


def of_department(order: WorkOrder) -> Actor:
    return Actor(f"{order.department}#1", Role.SYSTEM, order.department)


def issuer_of(at: Place, order: WorkOrder) -> Actor:
    parent = orders.above(at.session, order)
    return of_department(parent) if parent else AGENT


@action("ticket.dispatched", "registered", often=4)
def _dispatch(at: Place) -> Act | None:
    to = [Assignment(code) for code in at.fresh()[: 1 + at.which % 3]]
    if not to:
        return None
    return lambda: dispatching.dispatch(at.session, at.ticket, to, actor=AGENT, now=at.now)


@action("arbitration.opened", "registered")
def _dispatch_to_who_gave_it_back(at: Place) -> Act | None:
    known = orders.of_ticket(at.session, at.ticket)
    gave = [each for each in known if each.status == OrderStatus.RETURNED and not each.parent_id]
    back = at.one_of(gave)
    if back is None or back.round != at.ticket.redone:
        return None
    to = [Assignment(back.department)]
    return lambda: dispatching.dispatch(at.session, at.ticket, to, actor=AGENT, now=at.now)


@action("ticket.dispatched", "dispatched")
def _add(at: Place) -> Act:
    to = [Assignment(code) for code in at.fresh()[:1]]
    return lambda: dispatching.add(at.session, at.ticket, to, actor=AGENT, now=at.now)


@action("ticket.dispatched", "dispatched")
def _redispatch(at: Place) -> Act | None:
    order, fresh = at.own_order(), at.fresh()
    if order is None or not fresh:
        return None
    to = Assignment(fresh[0])
    return lambda: dispatching.redispatch(at.session, at.ticket, order, to, actor=AGENT, now=at.now)


@action("order.recalled", "dispatched")
def _recall(at: Place) -> Act | None:
    order = at.own_order()
    if order is None:
        return None
    actor = LEAD if at.which % 2 else AGENT
    return lambda: dispatching.recall(
        at.session, at.ticket, order, "派错了", actor=actor, now=at.now
    )


@action("order.dispatched", "dispatched", often=3)
def _give_on(at: Place) -> Act | None:
    order = at.order(OrderStatus.ACCEPTED)
    if order is None:
        return None
    to, actor = [BELOW[at.which % len(BELOW)]], of_department(order)
    return lambda: onward.dispatch(at.session, order, to, "请现场看", actor=actor, now=at.now)


@action("order.recalled", "dispatched")
def _recall_below(at: Place) -> Act | None:
    known = orders.of_ticket(at.session, at.ticket)
    below = [each for each in known if each.parent_id and each.status in OPEN_ORDERS]
    order = at.one_of(below)
    if order is None:
        return None
    actor = issuer_of(at, order)
    return lambda: onward.recall(at.session, order, "派错了", actor=actor, now=at.now)


@action("arbitration.opened", "registered", "dispatched")
def _ask(at: Place) -> Act:
    return lambda: arbitration.ask(at.session, at.ticket, "两家都有份", actor=AGENT, now=at.now)


@action("arbitration.decided", "registered", "dispatched", often=2)
def _decide(at: Place) -> Act | None:
    case = at.one_of(cases.of_ticket(at.session, at.ticket)[-1:])
    if case is None:
        return None
    to = DEPARTMENTS[at.which % len(DEPARTMENTS)]
    return lambda: arbitration.decide(at.session, case, to, "三定方案", actor=LEAD, now=at.now)


@action("order.accepted", "dispatched", often=5)
def _accept(at: Place) -> Act | None:
    order = at.order(OrderStatus.DISPATCHED)
    if order is None:
        return None
    return lambda: orders.accept(at.session, order, actor=of_department(order), now=at.now)


@action("order.contacted", "dispatched", often=2)
def _contact(at: Place) -> Act | None:
    order = at.order(OrderStatus.ACCEPTED, OrderStatus.REPLIED)
    if order is None:
        return None
    reached = at.which % 3 > 0
    return lambda: orders.log_contact(
        at.session,
        order,
        reached=reached,
        text="约定上门",
        at=at.now,
        actor=of_department(order),
        now=at.now,
    )


@action("order.returned", "dispatched", often=3)
def _give_back(at: Place) -> Act | None:
    order = at.order(OrderStatus.DISPATCHED, OrderStatus.ACCEPTED)
    if order is None:
        return None
    given = Return("unclear_duty", "三定方案")
    return lambda: reviews.return_order(
        at.session, order, given, actor=of_department(order), now=at.now
    )


@action("order.replied", "dispatched", often=5)
def _reply(at: Place) -> Act | None:
    order = at.order(OrderStatus.ACCEPTED)
    if order is None or order.status == OrderStatus.REPLIED:  # the same answer is kept already
        return None
    actor, office = of_department(order), "局长" if at.which % 2 else ""
    return lambda: replies.reply(
        at.session, order, ANSWER, signed_off_by=office, actor=actor, now=at.now
    )


@action("order.reply_rejected", "dispatched", often=2)
def _reject(at: Place) -> Act | None:
    order = at.order(OrderStatus.REPLIED)
    if order is None:
        return None
    actor = issuer_of(at, order)
    return lambda: reviews.reject(at.session, order, note="没有时间", actor=actor, now=at.now)


@action("order.completed", "dispatched", often=6)
def _complete(at: Place) -> Act | None:
    order = at.order(OrderStatus.REPLIED)
    if order is None:
        return None
    actor = issuer_of(at, order)
    return lambda: reviews.complete(at.session, order, actor=actor, now=at.now)


@action("extension.asked", "dispatched", often=2)
def _ask_for_time(at: Place) -> Act | None:
    order = at.order(OrderStatus.ACCEPTED)
    if order is None:
        return None
    days = 1 + at.which % 16
    return lambda: extensions.request_extension(
        at.session, order, days, "等材料", actor=of_department(order), now=at.now
    )


def _asked(at: Place) -> Extension | None:
    known = [each.id for each in orders.of_ticket(at.session, at.ticket)]
    rows = select(Extension).where(col(Extension.order_id).in_(known))
    return at.one_of(at.session.exec(rows.order_by(col(Extension.id).desc())).all()[:1])


@action("extension.granted", "dispatched", often=2)
def _grant(at: Place) -> Act | None:
    row = _asked(at)
    if row is None:
        return None
    return lambda: extensions.decide_extension(at.session, row, True, "", actor=LEAD, now=at.now)


@action("extension.refused", "dispatched")
def _refuse(at: Place) -> Act | None:
    row = _asked(at)
    if row is None:
        return None
    return lambda: extensions.decide_extension(
        at.session, row, False, "材料已齐", actor=LEAD, now=at.now
    )


@action("order.info_asked", "dispatched")
def _ask_the_requester(at: Place) -> Act | None:
    order = at.order(OrderStatus.DISPATCHED, OrderStatus.ACCEPTED)
    if order is None:
        return None
    actor = of_department(order)
    return lambda: info_requests.ask(at.session, order, "哪一根灯杆", actor=actor, now=at.now)


@action("order.info_given", "dispatched")
def _bring_the_answer(at: Place) -> Act | None:
    known = [each.id for each in orders.of_ticket(at.session, at.ticket)]
    rows = select(InfoRequest).where(col(InfoRequest.order_id).in_(known))
    row = at.one_of(at.session.exec(rows.order_by(col(InfoRequest.id).desc())).all())
    if row is None:
        return None
    return lambda: info_requests.give(at.session, row, "第三根", actor=AGENT, now=at.now)


@action("ticket.suspended", "dispatched")
def _suspend(at: Place) -> Act:
    review = beijing_day(at.now) + timedelta(days=1 + at.which % 40)
    return lambda: suspensions.suspend(
        at.session, at.ticket, DEPARTMENTS[0], review, "等待开春化冻", actor=LEAD, now=at.now
    )


@action("ticket.suspension_ended", "dispatched", often=2)
def _end_suspension(at: Place) -> Act | None:
    row = at.one_of(suspensions.of_ticket(at.session, at.ticket)[-1:])
    if row is None:
        return None
    feasible = suspensions.Outcome.FEASIBLE
    return lambda: suspensions.end_suspension(at.session, row, feasible, actor=LEAD, now=at.now)


@action("supervision.raised", "registered", "dispatched", "awaiting_callback", "handed_over")
def _supervise(at: Place) -> Act | None:
    if at.ticket.closed_at:
        return None
    order = at.order(*OPEN_ORDERS) if at.which % 2 else None
    return lambda: supervision.supervise(
        at.session, at.ticket, order, Cause.PERSON, "限期办结", actor=LEAD, now=at.now
    )


def _supervised(at: Place) -> Supervision | None:
    return at.one_of(supervision.of_ticket(at.session, at.ticket))


@action("supervision.answered", "dispatched", "awaiting_callback")
def _answer_supervision(at: Place) -> Act | None:
    row = _supervised(at)
    if row is None:
        return None
    return lambda: supervision.answer(at.session, row, "已派人", actor=AGENT, now=at.now)


@action("supervision.lifted", "dispatched", "awaiting_callback", "closed")
def _lift_supervision(at: Place) -> Act | None:
    row = _supervised(at)
    if row is None:
        return None
    return lambda: supervision.lift(at.session, row, actor=LEAD, now=at.now)


@action("ticket.reminded", "registered", "dispatched", "awaiting_callback")
def _remind(at: Place) -> Act | None:
    if at.ticket.status not in reminders.OPEN:  # `find_open` offers no other
        return None
    person = at.session.get_one(Person, at.ticket.person_id)
    words = "怎么还没有人来"
    return lambda: reminders.remind(at.session, at.ticket, person, words, call_id=None, now=at.now)


@action("callback.attempted", "awaiting_callback", often=5)
def _ring(at: Place) -> Act | None:
    newest = at.one_of(callback_record.of_ticket(at.session, at.ticket)[-1:])
    if newest is None or newest.status != CallbackStatus.PLANNED:
        return None
    at.now = max(at.now, newest.planned_for)
    heard = HEARD[at.which % len(HEARD)]
    if newest.mode == CallbackMode.PERSON:
        return lambda: callbacks.record_by_person(
            at.session, newest, heard, actor=AGENT, now=at.now
        )
    if not callback_plan.may_ring(at.session, at.ticket, now=at.now):
        return None
    return lambda: _by_machine(at, newest, heard)


def _by_machine(at: Place, callback: Callback, heard: Answers) -> None:
    (errand,) = callbacks.claim_due(at.session, now=at.now, limit=9)
    assert errand.callback_id == callback.id
    callbacks.record_result(at.session, errand.callback_id, errand.attempt, heard, now=at.now)


@action("ticket.answered", "registered")
def _answer(at: Place) -> Act | None:
    if at.which % 4:  # an early end cuts many walks short
        return None
    told = Told("请到社保大厅办理，也可以在手机上办理。")
    return lambda: answers.answer(at.session, at.ticket, told, actor=AGENT, now=at.now)


@action("ticket.declined", "registered")
def _decline(at: Place) -> Act | None:
    if at.which % 4:
        return None
    return lambda: declines.decline(at.session, at.ticket, "petition", actor=AGENT, now=at.now)


@action("ticket.handed_over", "registered", "dispatched")
def _hand_over(at: Place) -> Act | None:
    if at.which % 4:
        return None
    given = Transfer("fire", "楼道着火", line_kept=True)
    return lambda: handovers.hand_over(at.session, at.ticket, given, actor=AGENT, now=at.now)


@action("hand_over.acknowledged", "handed_over", often=2)
def _acknowledge(at: Place) -> Act | None:
    row = at.one_of(handovers.of_ticket(at.session, at.ticket))
    if row is None:
        return None
    return lambda: handovers.acknowledge(at.session, row, "JJ-31", actor=AGENT, now=at.now)


@action("ticket.withdrawn", "dispatched", "awaiting_callback")
def _withdraw(at: Place) -> Act | None:
    if at.which % 12:  # nothing follows it
        return None
    return lambda: withdrawals.withdraw(
        at.session, at.ticket, Wish.MISTAKEN, actor=AGENT, now=at.now
    )


@action("ticket.reopened", "awaiting_callback", "closed", "declined", "handed_over", often=2)
def _reopen(at: Place) -> Act:
    fitting = endings.REDO_REASONS.get(TicketStatus(at.ticket.status), tuple(RedoReason))
    reason = fitting[at.which % len(fitting)]
    return lambda: endings.reopen(
        at.session, at.ticket, reason=reason, note="又坏了", actor=AGENT, now=at.now
    )


@action("ticket.archived", "closed", "declined", "handed_over", "withdrawn")
def _archive(at: Place) -> Act | None:
    if at.which % 9 and not at.meddles:  # nothing follows it
        return None
    after = timedelta(days=365 if at.meddles else 0)
    return lambda: archives.archive(at.session, at.ticket, after=after, actor=LEAD, now=at.now)
