"""回避: whoever a request accuses never has it, by whichever door it would come."""

from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from dispatch.clustering import clusters
from dispatch.handling import arbitration, cases, dispatching, onward, orders, recusals
from dispatch.handling.orders import Assignment
from dispatch.models import Ticket, WorkOrder
from dispatch.routing import router
from dispatch.routing.auto import OPTED_IN
from dispatch.terms import RequestType
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Conflict
from tests.factories import create_ticket

AGENT, BOSS = Actor("dawa", Role.AGENT), Actor("pema", Role.SUPERVISOR)
COUNTY, CITY, WATER = "540102-urban", "540100-urban", "540102-water"
ACCUSING = "举报城关区城市管理和综合执法局的人收红包。"
WHY = "同一处"


def accusing(session: Session, now: datetime) -> Ticket:
    return create_ticket(session, now=now, text=ACCUSING, request_type=RequestType.REPORT)


def sent(session: Session, ticket: Ticket, code: str, now: datetime) -> WorkOrder:
    dispatching.dispatch(session, ticket, [Assignment(code)], actor=AGENT, now=now)
    return orders.of_ticket(session, ticket)[-1]


def dispatched(session: Session, ticket: Ticket, now: datetime) -> None:
    sent(session, ticket, COUNTY, now)


def assisting(session: Session, ticket: Ticket, now: datetime) -> None:
    both = [Assignment(CITY), Assignment(COUNTY)]
    dispatching.dispatch(session, ticket, both, actor=AGENT, now=now)


def added(session: Session, ticket: Ticket, now: datetime) -> None:
    sent(session, ticket, CITY, now)
    dispatching.add(session, ticket, [Assignment(COUNTY)], actor=AGENT, now=now)


def redispatched(session: Session, ticket: Ticket, now: datetime) -> None:
    order = sent(session, ticket, CITY, now)
    dispatching.redispatch(session, ticket, order, Assignment(COUNTY), actor=AGENT, now=now)


def decided(session: Session, ticket: Ticket, now: datetime) -> None:
    case = arbitration.ask(session, ticket, "不清楚", actor=AGENT, now=now)
    assert cases.open_of(session, ticket) == case
    arbitration.decide(session, case, COUNTY, "三定方案", actor=BOSS, now=now)


def given_on(session: Session, ticket: Ticket, now: datetime) -> None:
    city = Actor(f"{CITY}#1", Role.SYSTEM, CITY)
    order = sent(session, ticket, CITY, now)
    orders.accept(session, order, actor=city, now=now)
    onward.dispatch(session, order, [COUNTY], "", actor=city, now=now)


@pytest.mark.parametrize(
    "door",
    [dispatched, assisting, added, redispatched, decided, given_on],
    ids=lambda d: d.__name__,
)
def test_who_is_accused_gets_the_ticket_by_no_door_and_the_level_above_is_named(
    session: Session, now: datetime, door: Callable[[Session, Ticket, datetime], None]
) -> None:
    ticket = accusing(session, now)
    with pytest.raises(Conflict, match="accuses") as refused:
        door(session, ticket, now)
    assert CITY in refused.value.remedy
    assert COUNTY not in {each.department for each in orders.of_ticket(session, ticket)}


def test_a_shared_name_means_the_nearest_that_bears_it(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now, text="投诉城管局不作为，路灯坏了没人管。")
    with pytest.raises(Conflict):
        recusals.require_not_accused(session, ticket, COUNTY)
    recusals.require_not_accused(session, ticket, CITY)
    recusals.require_not_accused(session, ticket, WATER)


def test_when_both_levels_are_accused_the_hotlines_desk_is_named(
    session: Session, now: datetime
) -> None:
    both = "举报城关区城市管理和综合执法局和拉萨市城市管理和综合执法局推诿。"
    ticket = create_ticket(session, now=now, text=both)
    with pytest.raises(Conflict) as refused:
        recusals.require_not_accused(session, ticket, CITY)
    assert CITY not in refused.value.remedy
    assert COUNTY not in refused.value.remedy


def test_who_only_was_told_before_is_not_accused(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now, text="路灯坏了，已经投诉到城管局了，请再催一下。")
    sent(session, ticket, COUNTY, now)
    assert ticket.status == "dispatched"


def test_words_that_accuse_are_not_merged_into_the_orders_of_the_accused(
    session: Session, now: datetime
) -> None:
    main, angry = create_ticket(session, now=now), create_ticket(session, now=now, text=ACCUSING)
    sent(session, main, COUNTY, now)
    with pytest.raises(Conflict, match="accuses"):
        clusters.merge(session, main, [angry], WHY, actor=AGENT, now=now)


def test_a_main_ticket_keeps_from_whom_its_followers_accuse(
    session: Session, now: datetime
) -> None:
    main, angry = create_ticket(session, now=now), create_ticket(session, now=now, text=ACCUSING)
    clusters.merge(session, main, [angry], WHY, actor=AGENT, now=now)
    with pytest.raises(Conflict, match=angry.number):
        sent(session, main, COUNTY, now)
    assert sent(session, main, CITY, now).department == CITY


SAID = st.sampled_from(["投诉", "请", "举报", "我向", "希望", ""])
WHOM = st.sampled_from(["城管局", "城关区城管局", "市城管局", "环保局", "住建局", "物业", ""])
DID = st.sampled_from(["不作为", "推诿", "没人管", "态度很差", "反映过", "", "，"])
WHAT = st.sampled_from(["路灯不亮", "占道经营", "工地夜里施工", "污水横流"])


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.tuples(WHAT, SAID, WHOM, DID).map(lambda parts: "城关区{}，{}{}{}。".format(*parts)))
def test_what_the_router_would_send_out_by_itself_is_never_refused(
    session: Session, now: datetime, text: str
) -> None:
    found = router.propose(session, text, home="540102", spoken=False, auto=OPTED_IN, at=now)
    ticket = create_ticket(
        session,
        now=now,
        text=text,
        category=found.category,
        district=found.district,
        department_code=found.department_code,
    )
    event("by itself" if found.auto_dispatch else "by an agent")
    assert not (found.auto_dispatch and accuses(session, ticket, found.department_code))


def accuses(session: Session, ticket: Ticket, code: str) -> bool:
    try:
        recusals.require_not_accused(session, ticket, code)
    except Conflict:
        return True
    return False
