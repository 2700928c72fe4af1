"""解除督办, 督办通知: nothing is lifted without a reason, and the notice says by when to answer."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from dispatch import history
from dispatch.beside import supervision
from dispatch.beside.supervision import Cause
from dispatch.handling import dispatching, reviews
from dispatch.handling.orders import Assignment
from dispatch.handling.returns import Return
from dispatch.models import Clock
from dispatch.notices.models_notices import StaffNotice
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Invalid
from tests.dispatch.sweep_scene import LONG, dispatched, sweep_all

AGENT = Actor("dolma", Role.AGENT)
BOSS = Actor("pema", Role.SUPERVISOR)
URBAN = Actor("540102-urban#1", Role.SYSTEM, "540102-urban")


def due_moments(session: Session) -> list[datetime]:
    """Return when the feedback's clocks are due, in the order in which they were started."""
    mine = select(Clock.due_at).where(Clock.kind == "feedback_by").order_by(col(Clock.id))
    return list(session.exec(mine).all())


def told(session: Session) -> list[tuple[str, datetime | None]]:
    """Return whom a supervision was told to, and by when they were told to answer."""
    query = select(StaffNotice.recipient, StaffNotice.due_at)
    query = query.where(StaffNotice.says == "supervised")
    return list(session.exec(query.order_by(col(StaffNotice.id))).all())


@pytest.mark.parametrize("note", ["", "  \n"])
def test_what_nobody_answered_is_not_lifted_without_a_reason(
    session: Session, now: datetime, note: str
) -> None:
    ticket, order = dispatched(session, now)
    row = supervision.supervise(session, ticket, order, Cause.PERSON, actor=BOSS, now=now)
    before = len(history.story(session, ticket))
    with pytest.raises(Invalid, match="no reason") as refused:
        supervision.lift(session, row, note, actor=BOSS, now=now)
    assert "note" in refused.value.remedy
    assert (row.lifted_at, row.version) == (None, 1)
    assert len(history.story(session, ticket)) == before


def test_a_stated_reason_lifts_what_nobody_answered_and_is_kept_masked(
    session: Session, now: datetime
) -> None:
    ticket, order = dispatched(session, now)
    row = supervision.supervise(session, ticket, order, Cause.PERSON, actor=BOSS, now=now)
    supervision.lift(session, row, "误发，已告知13989001234。", actor=BOSS, now=now)
    assert row.lifted_at == now
    assert row.note.startswith("误发")
    assert "13989001234" not in row.note


def test_feedback_is_reason_enough(session: Session, now: datetime) -> None:
    ticket, order = dispatched(session, now)
    row = supervision.supervise(session, ticket, order, Cause.PERSON, actor=BOSS, now=now)
    supervision.answer(session, row, "已更换电缆。", actor=URBAN, now=now)
    supervision.lift(session, row, actor=BOSS, now=now + timedelta(hours=1))
    assert row.lifted_by == str(BOSS)


def test_who_is_supervised_is_told_by_when_to_answer(session: Session, now: datetime) -> None:
    ticket, order = dispatched(session, now)
    supervision.supervise(session, ticket, order, Cause.PERSON, actor=BOSS, now=now)
    (due,) = due_moments(session)
    assert told(session) == [("department:540102-urban", due)]
    sweep_all(session, now + LONG)  # an overdue reply is supervised by the sweep
    assert told(session)[1:] == [("department:540102-urban", due_moments(session)[1])]


def test_who_leads_next_is_told_the_same_due_time(session: Session, now: datetime) -> None:
    ticket, order = dispatched(session, now)
    supervision.supervise(session, ticket, order, Cause.PERSON, actor=BOSS, now=now)
    (due,) = due_moments(session)
    later = now + timedelta(hours=2)
    why = Return("not_our_duty", "三定方案", "540100-urban")
    reviews.return_order(session, order, why, actor=URBAN, now=later)
    to = [Assignment("540100-urban")]
    dispatching.dispatch(session, ticket, to, actor=AGENT, now=later)
    assert told(session) == [("department:540102-urban", due), ("department:540100-urban", due)]
