"""剔除: asked for by the department, decided and decided again by people who are not concerned."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from dispatch import history
from dispatch.comparing import asked_exclusions, exclusions
from dispatch.comparing.asked_exclusions import Standing
from dispatch.comparing.exclusions import Plea
from dispatch.comparing.models_comparing import ComparisonExclusion
from dispatch.comparing.states import Reason
from dispatch.models import Ticket, WorkOrder
from dispatch.sealing import sealing
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.console.portal_own.scene import AGENT, SYSTEM, answered
from tests.dispatch.comparing.scene import ADOPTER, JUDGE, WATER
from tests.dispatch.sealing_scene import WHY, somebody

PLEA = Plea(Reason.NOT_OURS, "请打 13989001234：职责在水务部门")
OTHER = Actor("water#1", Role.SYSTEM, WATER)
Act = Callable[[], object]


@pytest.fixture
def order(session: Session, now: datetime) -> WorkOrder:
    return answered(session, now)


@pytest.fixture
def row(session: Session, order: WorkOrder, now: datetime) -> ComparisonExclusion:
    return exclusions.ask(session, order, PLEA, actor=SYSTEM, now=now)


def test_a_department_asks_once_for_its_own_order_with_its_own_files(
    session: Session, order: WorkOrder, now: datetime
) -> None:
    with pytest.raises(NotAllowed):
        exclusions.ask(session, order, PLEA, actor=OTHER, now=now)
    for bad in (Plea(Reason.LOST, " "), Plea(Reason.LOST, "x", ["another's"])):
        with pytest.raises(Invalid):
            exclusions.ask(session, order, bad, actor=SYSTEM, now=now)
    row = exclusions.ask(session, order, PLEA, actor=SYSTEM, now=now)
    assert (row.state, row.reason, row.department) == ("asked", "not_ours", "540102-urban")
    assert "13989001234" not in row.statement
    assert now < row.decide_by
    with pytest.raises(Conflict):
        exclusions.ask(session, order, PLEA, actor=SYSTEM, now=now)


def test_it_is_decided_by_nobody_who_had_a_hand_in_the_matter(
    session: Session, row: ComparisonExclusion, now: datetime
) -> None:
    for one in (AGENT, SYSTEM):
        with pytest.raises(NotAllowed):
            exclusions.decide(session, row, True, "属实", actor=one, now=now)
    with pytest.raises(Invalid):
        exclusions.decide(session, row, True, "", actor=JUDGE, now=now)


def test_a_refusal_is_appealed_against_once_and_decided_by_another(
    session: Session, row: ComparisonExclusion, now: datetime
) -> None:
    exclusions.decide(session, row, False, "职责清单写明", actor=JUDGE, now=now)
    with pytest.raises(Conflict):
        exclusions.decide(session, row, True, "改主意", actor=ADOPTER, now=now)
    with pytest.raises(NotAllowed):
        exclusions.appeal(session, row, "清单已修订", actor=OTHER, now=now)
    exclusions.appeal(session, row, "清单已修订", actor=SYSTEM, now=now)
    with pytest.raises(NotAllowed):
        exclusions.decide_appeal(session, row, True, "是", actor=JUDGE, now=now)
    with pytest.raises(NotAllowed):
        exclusions.decide_appeal(session, row, True, "是", actor=AGENT, now=now)
    exclusions.decide_appeal(session, row, False, "修订不溯及", actor=ADOPTER, now=now)
    assert (row.state, row.appeal_decided_by) == ("refused_finally", "adopter")
    with pytest.raises(Conflict):
        exclusions.appeal(session, row, "再申", actor=SYSTEM, now=now)
    ticket = session.get_one(Ticket, row.ticket_id)
    told = [each.type for each in history.story(session, ticket)][-4:]
    assert told == [
        "exclusion.asked",
        "exclusion.decided",
        "exclusion.appealed",
        "exclusion.appeal_decided",
    ]


def test_an_appeal_that_is_upheld_excludes_the_order(
    session: Session, row: ComparisonExclusion, now: datetime
) -> None:
    exclusions.decide(session, row, False, "否", actor=JUDGE, now=now)
    exclusions.appeal(session, row, "有新证据", actor=SYSTEM, now=now)
    assert exclusions.decide_appeal(session, row, True, "是", actor=ADOPTER, now=now).state == (
        "granted"
    )


def test_the_time_to_appeal_runs_out_and_what_was_granted_needs_none(
    session: Session, row: ComparisonExclusion, now: datetime
) -> None:
    exclusions.decide(session, row, False, "否", actor=JUDGE, now=now)
    with pytest.raises(Conflict):
        exclusions.appeal(session, row, "迟了", actor=SYSTEM, now=now + timedelta(days=60))
    row.state = "granted"
    with pytest.raises(Conflict):
        exclusions.appeal(session, row, "不必", actor=SYSTEM, now=now)


def test_a_department_finds_its_own_requests_and_staff_those_in_their_area(
    session: Session, row: ComparisonExclusion, now: datetime
) -> None:
    def shown(reader: Actor, standing: Standing = Standing.ALL) -> list[ComparisonExclusion]:
        return list(asked_exclusions.listed(session, standing, reader=reader))

    far = Actor("far", Role.SUPERVISOR, district="540103")
    assert shown(SYSTEM) == shown(JUDGE) == shown(JUDGE, Standing.TO_DECIDE) == [row]
    assert shown(OTHER) == shown(far) == shown(JUDGE, Standing.GRANTED) == []
    assert asked_exclusions.waiting(session, reader=JUDGE)[Standing.TO_DECIDE] == 1
    with pytest.raises(NotFound):
        asked_exclusions.find(session, row.id or 0, reader=OTHER)
    exclusions.decide(session, row, True, "是", actor=JUDGE, now=now)
    assert shown(JUDGE, Standing.GRANTED) == [row]


def test_of_a_sealed_ticket_its_readers_alone_find_it_and_no_column_holds_its_words(
    session: Session, row: ComparisonExclusion, now: datetime
) -> None:
    lead = somebody(session, "lead-7", Role.TEAM_LEAD, now)
    ticket = session.get_one(Ticket, row.ticket_id)
    sealing.seal(session, ticket, WHY, actor=lead, now=now)
    session.flush()
    assert list(asked_exclusions.listed(session, reader=JUDGE)) == []
    assert list(asked_exclusions.listed(session, reader=lead)) == [row]
    stored = session.connection().exec_driver_sql("SELECT statement FROM comparison_exclusion")
    assert stored.scalars().all() == [""]
