"""转派: somebody leads among those below, and who is of the ticket's place has it."""

from datetime import datetime

import pytest
from sqlmodel import Session

from dispatch.handling import onward, orders, recalls
from dispatch.handling.recalls import RecallCode
from dispatch.timing.reckoning import BEFORE_ABOVE
from hotline.core.errors import Conflict, Invalid
from tests.dispatch.onward_scene import (
    CITY,
    COUNTY,
    DAY,
    HOUSING,
    TOWN,
    add_places,
    city_order,
    give_on,
    refused,
    running,
    system,
)

WATER, OTHER_COUNTY = "540102-water", "540103-urban"


@pytest.fixture(autouse=True)
def places(session: Session, now: datetime) -> None:
    """Townships and villages: the packaged directory ends at counties."""
    add_places(session, now)


def test_a_lead_below_is_not_taken_back_from_those_who_assist_it_unless_one_leads_instead(
    session: Session, now: datetime
) -> None:
    _, order = city_order(session, now)
    lead, helper, other = give_on(session, order, now, COUNTY, HOUSING, WATER)
    actor = system(CITY)
    said = refused(
        Conflict, lambda: onward.recall(session, lead, "力量不足", actor=actor, now=now), session
    )
    assert HOUSING in said
    for wrong in (COUNTY, TOWN):
        refused(
            Invalid,
            lambda code=wrong: onward.recall(
                session, lead, "力量不足", lead=code, actor=actor, now=now
            ),
            session,
        )
    onward.recall(session, lead, "力量不足", lead=HOUSING, actor=actor, now=now + DAY)
    session.flush()
    heir = onward.of_order(session, order)[-1]
    assert (heir.department, heir.role, heir.status) == (HOUSING, "lead", "dispatched")
    assert heir.note == helper.note
    assert [each.status for each in (lead, helper, other)] == ["recalled", "recalled", "accepted"]
    assert recalls.code_of(session, helper) is RecallCode.PROMOTED
    own = running(session, heir)["reply_by"]
    assert (own.started_at, own.ceiling_at) == (
        now + DAY,
        running(session, order)["reply_by"].due_at,
    )
    assert running(session, helper) == {}


def test_who_assists_and_a_lead_that_nobody_assists_are_taken_back_as_before(
    session: Session, now: datetime
) -> None:
    _, order = city_order(session, now)
    lead, helper = give_on(session, order, now, COUNTY, HOUSING)
    actor = system(CITY)
    refused(
        Invalid,
        lambda: onward.recall(session, helper, "不需要", lead=COUNTY, actor=actor, now=now),
        session,
    )
    onward.recall(session, helper, "不需要", actor=actor, now=now)
    onward.recall(session, lead, "市局直接处置", actor=actor, now=now)
    assert {each.status for each in (lead, helper)} == {"recalled"}


def test_a_unit_that_is_not_of_the_tickets_place_gets_it_only_for_a_reason_that_it_reads(
    session: Session, now: datetime
) -> None:
    ticket, order = city_order(session, now)
    assert ticket.district == "540102"
    actor = system(CITY)
    codes = [COUNTY, OTHER_COUNTY]
    said = refused(
        Invalid,
        lambda: onward.dispatch(session, order, codes, "请核实", actor=actor, now=now),
        session,
    )
    assert OTHER_COUNTY in said
    assert COUNTY not in said
    refused(
        Invalid,
        lambda: onward.dispatch(
            session, order, [COUNTY], "请核实", elsewhere="河堤", actor=actor, now=now
        ),
        session,
    )
    why = "河堤跨两区，电话13989001234"
    near, far = onward.dispatch(
        session, order, codes, "请核实", elsewhere=why, actor=actor, now=now
    )
    assert near.note == "请核实"
    assert far.note.startswith("请核实\n")
    assert "河堤跨两区" in far.note
    assert "13989001234" not in far.note


def test_a_place_that_is_known_no_better_than_the_unit_itself_binds_nobody(
    session: Session, now: datetime
) -> None:
    ticket, order = city_order(session, now)
    ticket.district = "540100"
    assert give_on(session, order, now, OTHER_COUNTY)


def test_a_township_of_the_tickets_county_is_of_its_place(session: Session, now: datetime) -> None:
    _, order = city_order(session, now)
    assert give_on(session, order, now, TOWN)


def test_what_is_below_is_due_before_what_is_above_at_every_level(
    session: Session, now: datetime
) -> None:
    _, order = city_order(session, now)
    (county,) = give_on(session, order, now + DAY, COUNTY)
    (town,) = give_on(session, county, now + 2 * DAY, TOWN)
    dues = [running(session, each)["reply_by"].due_at for each in (order, county, town)]
    assert dues[0] - dues[1] == dues[1] - dues[2] == BEFORE_ABOVE


def test_the_last_minute_leaves_none_below(session: Session, now: datetime) -> None:
    _, order = city_order(session, now)
    above = running(session, order)["reply_by"].due_at
    late = above - BEFORE_ABOVE / 2
    (child,) = give_on(session, order, late, COUNTY)
    assert {each.due_at for each in running(session, child).values()} == {late}
    assert orders.above(session, child) is order
