"""Orders of a past month with clocks that were kept, missed, extended and suspended; replayed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, col, select

from dispatch.handling import dispatching, orders, replies
from dispatch.handling.orders import Assignment
from dispatch.handling.replies import Answer
from dispatch.indicators import refreshing
from dispatch.models import Ticket, WorkOrder
from dispatch.replays import jobs, replays
from dispatch.replays.changes import Changes, LimitChange
from dispatch.replays.models_replays import Replay, ReplayFinding, ReplayTally
from dispatch.replays.replays import Asked
from dispatch.terms import ClockKind, RequestType
from hotline.core.accounts import Actor, Role
from hotline.core.clock import BEIJING, beijing_day
from tests.factories import create_ticket, system_of

CHIEF = Actor("chief", Role.SUPERVISOR)
AGENT = Actor("dawa", Role.AGENT)
URBAN = "540102-urban"
NOTHING = Changes()
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MONTH = (date(2026, 11, 1), date(2026, 11, 30))
AFTER = datetime.fromisoformat("2026-12-20T12:00:00+08:00")


def sent(session: Session, at: datetime) -> WorkOrder:
    """Return an order that went out at this moment."""
    ticket = create_ticket(session, now=at)
    dispatching.dispatch(session, ticket, [Assignment(URBAN)], actor=AGENT, now=at)
    (order,) = orders.of_ticket(session, ticket)
    return order


def answered(session: Session, order: WorkOrder, at: datetime) -> WorkOrder:
    """Answer an order, after reaching the requester and signing for it where nobody has."""
    unit = system_of(order.department)
    if order.status == "dispatched":
        orders.accept(session, order, actor=unit, now=at)
    said = Answer(
        "更换灯泡", is_true=True, is_solved=True, public_reply="路灯已经修好。", contacted_at=at
    )
    replies.reply(session, order, said, actor=unit, now=at)
    return order


def ticket_of(session: Session, order: WorkOrder) -> Ticket:
    return session.get_one(Ticket, order.ticket_id)


def asked(session: Session, changes: Changes = NOTHING, now: datetime = AFTER) -> Replay:
    """Return a queued replay of the month."""
    return replays.ask(session, Asked("试算", *MONTH, changes), actor=CHIEF, now=now)


def measured(session: Session, now: datetime) -> None:
    """Bring the facts of every ticket and order up to this moment."""
    session.flush()
    every = session.exec(select(Ticket.id).order_by(col(Ticket.id))).all()
    refreshing.refresh_things(session, [each or 0 for each in every], [], now=now)


def replayed(session: Session, changes: Changes = NOTHING, now: datetime = AFTER) -> Replay:
    """Return a replay of the month that is done, over facts that are up to date."""
    measured(session, now)
    replay = asked(session, changes, now)
    run(session, replay, now)
    return replay


def run(session: Session, replay: Replay, now: datetime = AFTER) -> None:
    """Run the job to its end."""

    @contextmanager
    def begin() -> Iterator[Session]:
        with session.begin_nested():
            yield session

    assert not jobs.run(begin, replay.id or 0, clock=lambda: now, more=lambda: True)
    session.flush()


def tallies(session: Session, replay: Replay) -> list[ReplayTally]:
    query = select(ReplayTally).where(ReplayTally.replay_id == replay.id)
    return list(session.exec(query.order_by(col(ReplayTally.measure), col(ReplayTally.id))))


def findings(session: Session, replay: Replay) -> list[ReplayFinding]:
    query = select(ReplayFinding).where(ReplayFinding.replay_id == replay.id)
    return list(session.exec(query.order_by(col(ReplayFinding.measure), col(ReplayFinding.id))))


def of_last_weeks(session: Session, at: datetime) -> Replay:
    """Return a replay of three orders of the last weeks: one flips each way, one stays."""
    began = datetime.combine(beijing_day(at - 21 * DAY), time(10), BEIJING)
    for hours in (1, 30, 24 * 9):
        answered(session, sent(session, began), began + timedelta(hours=hours))
    measured(session, at)
    shorter = LimitChange(ClockKind.REPLY_BY, RequestType.ASSISTANCE, None, None, "24h")
    longer = LimitChange(ClockKind.ACCEPT_BY, None, None, None, "5wd")
    weights = {"response": 20, "resolution": 40, "satisfaction": 40}
    days = beijing_day(began), beijing_day(began + DAY)
    wish = Asked("24 小时答复、五个工作日签收", *days, Changes((shorter, longer), (), weights))
    replay = replays.ask(session, wish, actor=CHIEF, now=at)
    run(session, replay, at)
    return replay
