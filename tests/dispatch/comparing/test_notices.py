"""站内消息: a department learns of what was published about it, and of what was decided."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from dispatch.comparing import exclusions, place_appeals, publishing, runs
from dispatch.comparing.exclusions import Plea
from dispatch.comparing.models_comparing import Comparison
from dispatch.comparing.scheme import Publication
from dispatch.comparing.states import Reason
from dispatch.notices.models_notices import StaffNotice
from hotline.core.accounts import Actor, Role
from tests.console.portal_own.scene import SYSTEM, answered
from tests.dispatch.comparing.scene import (
    ADOPTER,
    HOUSING,
    JUDGE,
    OVER,
    WATER,
    WRITER,
    adopted,
    in_time,
    measured,
    period,
    scheme,
)

DAY = timedelta(days=1)
LEADERS = [f"leader:{HOUSING}", f"leader:{WATER}"]


def told(session: Session, says: str) -> list[StaffNotice]:
    query = select(StaffNotice).where(StaffNotice.says == says)
    return list(session.exec(query.order_by(col(StaffNotice.recipient))))


def ran(session: Session, now: datetime, publication: Publication) -> Comparison:
    measured(session, now + OVER)
    in_time(session, now, {WATER: (95, 100), HOUSING: (50, 100)})
    made = adopted(session, now, scheme(publication=publication))
    return runs.run(session, made, period(now), actor=WRITER, now=now + OVER)


@pytest.mark.parametrize(
    "publication", [each for each in Publication if each is not Publication.NOBODY]
)
def test_who_is_in_it_is_told_of_its_publication_and_of_its_withdrawal(
    session: Session, now: datetime, publication: Publication
) -> None:
    run = ran(session, now, publication)
    assert told(session, "comparison_published") == []
    publishing.publish(session, run, actor=JUDGE, now=now)
    found = told(session, "comparison_published")
    assert [each.recipient for each in found] == LEADERS
    assert {each.due_at for each in found} == {run.appeal_by}
    assert {each.about for each in found} == {f"comparison:{run.id}:comparison_published"}
    publishing.withdraw(session, run, "数据有误", actor=JUDGE, now=now)
    assert [each.recipient for each in told(session, "comparison_withdrawn")] == LEADERS


def test_nobody_is_told_where_the_scheme_tells_nobody(session: Session, now: datetime) -> None:
    run = ran(session, now, Publication.NOBODY)
    publishing.publish(session, run, actor=JUDGE, now=now)
    publishing.withdraw(session, run, "数据有误", actor=JUDGE, now=now)
    assert session.exec(select(StaffNotice)).all() == []


def test_nobody_is_told_that_something_unpublished_was_withdrawn(
    session: Session, now: datetime
) -> None:
    run = ran(session, now, Publication.ALL)
    publishing.withdraw(session, run, "数据有误", actor=JUDGE, now=now)
    assert session.exec(select(StaffNotice)).all() == []


def test_who_appealed_is_told_of_the_decision_alone(session: Session, now: datetime) -> None:
    run = ran(session, now, Publication.OWN)
    publishing.publish(session, run, actor=JUDGE, now=now)
    water = Actor("water#1", Role.SYSTEM, WATER)
    place_appeals.appeal(session, run, "分类不当", actor=water, now=now)
    place_appeals.decide(session, run, WATER, True, "属实", actor=ADOPTER, now=now)
    (notice,) = told(session, "comparison_appeal_decided")
    assert (notice.recipient, notice.due_at) == (f"leader:{WATER}", None)


def test_who_asked_for_an_exclusion_is_told_of_both_decisions(
    session: Session, now: datetime
) -> None:
    order = answered(session, now)
    plea = Plea(Reason.FORCE_MAJEURE, "大雪封路")
    row = exclusions.ask(session, order, plea, actor=SYSTEM, now=now + DAY)
    exclusions.decide(session, row, False, "无气象证明", actor=JUDGE, now=now + DAY)
    (refused,) = told(session, "exclusion_decided")
    assert (refused.recipient, refused.order) == (f"leader:{order.department}", order.number)
    assert refused.due_at == row.appeal_by is not None
    exclusions.appeal(session, row, "证明已补", actor=SYSTEM, now=now + DAY)
    exclusions.decide_appeal(session, row, True, "属实", actor=ADOPTER, now=now + DAY)
    (final,) = told(session, "exclusion_appeal_decided")
    assert (final.recipient, final.due_at) == (f"leader:{order.department}", None)
