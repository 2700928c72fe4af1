"""站内消息: a department learns of what was published and decided, 督办机构 of what waits."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from dispatch.comparing import exclusions, place_appeals, publishing, runs, schemes
from dispatch.comparing.exclusions import Plea
from dispatch.comparing.models_comparing import Comparison
from dispatch.comparing.scheme import Publication
from dispatch.comparing.states import Reason
from dispatch.notices import staff_inbox
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
    simulated,
)

DAY = timedelta(days=1)
SUPERVISION = "supervision:540100"  # of the site's home
LEADERS = [f"leader:{HOUSING}", f"leader:{WATER}"]


def told(session: Session, says: str) -> list[StaffNotice]:
    query = select(StaffNotice).where(StaffNotice.says == says)
    return list(session.exec(query.order_by(col(StaffNotice.recipient))))


def leaders_told(session: Session) -> list[str]:
    query = select(StaffNotice.says).where(col(StaffNotice.recipient).startswith("leader:"))
    return list(session.exec(query))


def waiting(session: Session) -> list[tuple[str, str, str, datetime | None]]:
    """Return what 督办机构 was told that waits, in the order in which it was told."""
    query = select(StaffNotice).where(col(StaffNotice.recipient).startswith("supervision:"))
    found = session.exec(query.order_by(col(StaffNotice.id)))
    return [(each.recipient, each.says, each.order, each.due_at) for each in found]


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
    assert leaders_told(session) == []


def test_nobody_is_told_that_something_unpublished_was_withdrawn(
    session: Session, now: datetime
) -> None:
    run = ran(session, now, Publication.ALL)
    publishing.withdraw(session, run, "数据有误", actor=JUDGE, now=now)
    assert leaders_told(session) == []


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


def test_who_adopts_and_publishes_is_told_once_of_what_waits(
    session: Session, now: datetime
) -> None:
    measured(session, now + OVER)
    made, _ = simulated(session, now, scheme(publication=Publication.OWN))
    schemes_waits = (SUPERVISION, "comparison_scheme_waits", "", None)
    assert waiting(session) == [schemes_waits]
    runs.simulate(session, made, period(now), actor=WRITER, now=now + OVER)
    assert waiting(session) == [schemes_waits]
    schemes.revise(session, made, scheme(6), actor=WRITER, now=now + OVER)
    runs.simulate(session, made, period(now), actor=WRITER, now=now + OVER)
    assert waiting(session) == [schemes_waits, schemes_waits]
    schemes.adopt(session, made, actor=ADOPTER, now=now + OVER)
    runs.run(session, made, period(now), actor=WRITER, now=now + OVER)
    assert waiting(session)[2:] == [(SUPERVISION, "comparison_waits", "", None)]


def test_nothing_waits_to_be_published_where_the_scheme_tells_nobody(
    session: Session, now: datetime
) -> None:
    ran(session, now, Publication.NOBODY)
    assert [says for _, says, _, _ in waiting(session)] == ["comparison_scheme_waits"]


def test_who_decides_is_told_of_each_appeal_against_a_place_and_until_when(
    session: Session, now: datetime
) -> None:
    run = ran(session, now, Publication.OWN)
    publishing.publish(session, run, actor=JUDGE, now=now)
    before = len(waiting(session))
    for department in (WATER, HOUSING):
        head = Actor(f"{department}#1", Role.SYSTEM, department)
        appeal = place_appeals.appeal(session, run, "分类不当", actor=head, now=now)
    told = (SUPERVISION, "comparison_appealed", "", appeal.decide_by)
    assert waiting(session)[before:] == [told, told]


def test_who_decides_is_told_of_a_request_for_an_exclusion_and_of_its_appeal(
    session: Session, now: datetime
) -> None:
    order = answered(session, now)
    plea = Plea(Reason.FORCE_MAJEURE, "大雪封路")
    row = exclusions.ask(session, order, plea, actor=SYSTEM, now=now + DAY)
    there = "supervision:540102"
    assert waiting(session) == [(there, "exclusion_asked", order.number, row.decide_by)]
    exclusions.decide(session, row, False, "无气象证明", actor=JUDGE, now=now + DAY)
    exclusions.appeal(session, row, "证明已补", actor=SYSTEM, now=now + DAY + DAY)
    assert waiting(session)[1:] == [(there, "exclusion_appealed", order.number, row.decide_by)]
    seen = [(each.says, each.order) for each, _ in staff_inbox.listed(session, JUDGE)]
    assert seen[:2] == [("exclusion_appealed", order.number), ("exclusion_asked", order.number)]
