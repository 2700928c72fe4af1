"""Actions that end a ticket or begin it again: 回访, 直接答复, 不予受理, 移交, 撤回, 重办, 归档."""

from datetime import timedelta

from dispatch.callback import callback_plan, callback_record, callbacks
from dispatch.callback.attempts import Answers, AttemptOutcome
from dispatch.callback.callback_plan import CallbackMode, CallbackStatus
from dispatch.ending import answers, archives, declines, endings, handovers, withdrawals
from dispatch.ending.answers import Told
from dispatch.ending.endings import RedoReason
from dispatch.ending.handovers import Transfer
from dispatch.ending.withdrawals import Wish
from dispatch.models import Callback
from dispatch.states import TicketStatus
from tests.dispatch.walking.action import Actions
from tests.dispatch.walking.place import AGENT, LEAD, Act, Place

action = ENDING = Actions()
HEARD = (
    Answers(AttemptOutcome.COMPLETED, solved=True, rating=5),
    Answers(AttemptOutcome.COMPLETED, solved=False, rating=1),
    Answers(AttemptOutcome.COMPLETED, solved=True, rating=2),
    Answers(AttemptOutcome.NO_ANSWER),
    Answers(AttemptOutcome.LOST),
    Answers(AttemptOutcome.NOT_ALLOWED),
    Answers(AttemptOutcome.PARTIAL, solved=True),
)


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
