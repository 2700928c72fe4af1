"""先例撤销: what was decided wrongly routes nobody's ticket until it is decided anew."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from dispatch.handling import arbitration, dispatching
from dispatch.routing import router
from hotline.api.arbitration_views import arbitration_detail
from knowledge import precedents
from tests.dispatch.arbitration_scene import BASIS, LEAD, contested, open_case
from tests.dispatch.dispatching_scene import CITY, DAY, HOUSING, URBAN
from tests.factories import LAMP


def routed(session: Session, at: datetime) -> str:
    found = router.propose(session, LAMP, home="540100", spoken=False, auto=None, at=at)
    return found.department_code


@pytest.mark.parametrize("later", [timedelta(0), 3 * DAY])
def test_a_decision_that_is_recalled_routes_nothing_until_it_is_decided_anew(
    session: Session, now: datetime, later: timedelta
) -> None:
    ticket = contested(session, now)
    case = open_case(session, ticket)
    order = arbitration.decide(session, case, CITY, BASIS, actor=LEAD, now=now)
    assert routed(session, now) == CITY
    at = now + later
    dispatching.recall(session, ticket, order, "裁定有误", actor=LEAD, now=at)
    assert routed(session, at) == URBAN  # as the catalogue itself says
    (precedent,) = precedents.of_ticket(session, ticket.number)
    assert (precedent.department_code, precedent.basis) == (CITY, BASIS)
    assert precedents.last_day(session, precedent) == at.date() - DAY
    shown = arbitration_detail(session, case).precedent
    assert shown
    assert shown.valid_to == at.date() - DAY

    again = open_case(session, ticket)
    anew = at + timedelta(hours=1)
    arbitration.decide(session, again, HOUSING, "三定方案", actor=LEAD, now=anew)
    assert routed(session, anew) == HOUSING
    shown = arbitration_detail(session, again).precedent
    assert shown
    assert (shown.department_code, shown.valid_to) == (HOUSING, None)
    shown = arbitration_detail(session, case).precedent
    assert shown
    assert shown.department_code == CITY


def test_another_tickets_precedent_of_the_pair_stands_again(
    session: Session, now: datetime
) -> None:
    first = contested(session, now)
    arbitration.decide(session, open_case(session, first), HOUSING, BASIS, actor=LEAD, now=now)
    second, later = contested(session, now), now + DAY
    case = open_case(session, second)
    order = arbitration.decide(session, case, CITY, BASIS, actor=LEAD, now=later)
    assert routed(session, later) == CITY
    dispatching.recall(session, second, order, "裁定有误", actor=LEAD, now=later + DAY)
    assert routed(session, later + DAY) == HOUSING
    (kept,) = precedents.of_ticket(session, first.number)
    assert precedents.last_day(session, kept) is None
