"""转派: units below work inside the time of the one above, which reviews them and answers."""

from datetime import datetime

import pytest
from sqlmodel import Session

from dispatch import history
from dispatch.beside import extensions
from dispatch.ending import endings
from dispatch.handling import dispatching, onward, orders, replies, reviews
from dispatch.handling.replies import Answer
from dispatch.timing import clocks
from hotline.core.errors import Conflict, Invalid, NotAllowed
from tests.dispatch.onward_scene import (
    AGENT,
    BACK,
    CITY,
    COUNTY,
    DAY,
    HOUSING,
    LEAD,
    TOWN,
    add_places,
    answer,
    city_order,
    give_on,
    refused,
    running,
    system,
)


@pytest.fixture(autouse=True)
def places(session: Session, now: datetime) -> None:
    """Townships and villages: the packaged directory ends at counties."""
    add_places(session, now)


def test_the_order_above_is_neither_answered_nor_returned_while_one_below_is_open(
    session: Session, now: datetime
) -> None:
    ticket, order = city_order(session, now)
    first, second = give_on(session, order, now, COUNTY, HOUSING)
    said = refused(Conflict, lambda: answer(session, order, now), session)
    assert all(each.number in said for each in (first, second))
    refused(
        Conflict,
        lambda: reviews.return_order(session, order, BACK, actor=system(order), now=now),
        session,
    )
    for each in (first, second):
        answer(session, each, now)
        refused(Conflict, lambda: answer(session, order, now), session)
        reviews.complete(session, each, actor=system(order), now=now)
    assert ticket.status == "dispatched"
    answer(session, order, now, Answer("县局已更换灯泡", True, True, "路灯由城关区修好。"))
    reviews.complete(session, order, actor=AGENT, now=now)
    assert ticket.status == "awaiting_callback"
    # What is told to the requester is what the unit above said, once.
    assert [each.order_id for each in replies.told(session, ticket)] == [order.id]


def test_the_unit_above_reviews_what_comes_from_below_and_nobody_else(
    session: Session, now: datetime
) -> None:
    ticket, order = city_order(session, now)
    (child,) = give_on(session, order, now, COUNTY)
    answer(session, child, now)
    for actor in (AGENT, LEAD, system(child), system(HOUSING)):
        for act in (
            lambda actor=actor: reviews.complete(session, child, actor=actor, now=now),
            lambda actor=actor: reviews.reject(session, child, note="少", actor=actor, now=now),
        ):
            assert CITY in refused(NotAllowed, act, session)
    reviews.reject(session, child, note="没有照片", actor=system(order), now=now)
    assert (child.status, ticket.status) == ("accepted", "dispatched")
    assert running(session, child)["reply_by"]
    answer(session, child, now)
    reviews.complete(session, child, actor=system(order), now=now)
    answer(session, order, now)
    refused(
        NotAllowed,
        lambda: reviews.complete(session, order, actor=system(order), now=now),
        session,
    )


def test_what_is_given_back_from_below_goes_to_the_unit_above_and_the_ticket_stays(
    session: Session, now: datetime
) -> None:
    ticket, order = city_order(session, now)
    before = running(session, order)["reply_by"].due_at
    (child,) = give_on(session, order, now, COUNTY)
    for code in (COUNTY, HOUSING):
        given = onward.of_order(session, order)[-1]
        reviews.return_order(session, given, BACK, actor=system(given), now=now)
        assert running(session, given) == {}
        assert (order.status, ticket.status) == ("accepted", "dispatched")
        assert code in refused(Conflict, lambda c=code: give_on(session, order, now, c), session)
        if code == COUNTY:
            (again,) = give_on(session, order, now, HOUSING)
            assert again.role == "lead"  # nobody else leads below
    types = [each.type for each in history.story(session, ticket)]
    assert "arbitration.opened" not in types
    assert "ticket.returned" not in types
    assert running(session, order)["reply_by"].due_at == before
    assert child.status == "returned"
    answer(session, order, now)  # it answers itself


def test_an_order_is_recalled_with_all_below_it_the_lowest_first(
    session: Session, now: datetime
) -> None:
    ticket, order = city_order(session, now)
    (county,) = give_on(session, order, now, COUNTY)
    (town,) = give_on(session, county, now, TOWN)
    dispatching.recall(session, ticket, order, "派错了", actor=AGENT, now=now)
    assert {each.status for each in (order, county, town)} == {"recalled"}
    told = [each for each in history.story(session, ticket) if each.type == "order.recalled"]
    assert [each.refs["order"] for each in told] == [each.number for each in (town, county, order)]
    assert ticket.status == "registered"
    assert running(session, county) == running(session, town) == {}


def test_the_unit_above_takes_back_what_it_gave_on(session: Session, now: datetime) -> None:
    ticket, order = city_order(session, now)
    (county,) = give_on(session, order, now, COUNTY)
    (town,) = give_on(session, county, now, TOWN)
    for actor in (AGENT, system(TOWN), system(COUNTY)):
        refused(
            NotAllowed,
            lambda actor=actor: onward.recall(session, county, "晚了", actor=actor, now=now),
            session,
        )
    refused(
        Invalid, lambda: onward.recall(session, county, " ", actor=system(CITY), now=now), session
    )
    refused(
        NotAllowed, lambda: onward.recall(session, order, "?", actor=system(CITY), now=now), session
    )
    refused(Conflict, lambda: onward.recall(session, order, "?", actor=AGENT, now=now), session)
    onward.recall(session, county, "市局直接处置", actor=system(CITY), now=now)
    assert (town.status, county.status, order.status) == ("recalled", "recalled", "accepted")
    assert county.recall_reason == "市局直接处置"
    answer(session, order, now)
    assert ticket.status == "dispatched"


def test_who_answered_last_is_the_unit_above_when_the_requester_is_dissatisfied(
    session: Session, now: datetime
) -> None:
    ticket, order = city_order(session, now)
    (child,) = give_on(session, order, now, COUNTY)
    answer(session, child, now)
    reviews.complete(session, child, actor=system(order), now=now)
    answer(session, order, now)
    reviews.complete(session, order, actor=AGENT, now=now)
    endings.reopen(session, ticket, actor=AGENT, now=now + DAY)
    *_, again = orders.of_ticket(session, ticket)
    assert (again.department, again.parent_id) == (CITY, None)
    orders.accept(session, again, actor=system(again), now=now + DAY)
    (below,) = give_on(session, again, now + 2 * DAY, COUNTY)
    rectify = running(session, again)["rectify_by"].due_at
    assert running(session, below)["reply_by"].due_at <= rectify


def test_clocks_below_follow_an_extension_above_and_one_that_was_answered_when_rejected(
    session: Session, now: datetime
) -> None:
    _, order = city_order(session, now)
    first, second = give_on(session, order, now + 3 * DAY, COUNTY, HOUSING)
    answer(session, second, now + 4 * DAY)
    capped = running(session, first)["reply_by"].due_at
    row = extensions.request_extension(
        session, order, 5, "等材料", actor=system(order), now=now + 4 * DAY
    )
    extensions.decide_extension(session, row, True, "", actor=LEAD, now=now + 4 * DAY)
    above = running(session, order)["reply_by"].due_at
    followed = running(session, first)["reply_by"]
    assert capped < followed.due_at <= above
    reviews.reject(session, second, note="不全", actor=system(order), now=now + 5 * DAY)
    resumed = running(session, second)["reply_by"]
    assert (resumed.due_at, resumed.ceiling_at) == (followed.due_at, above)


def test_clocks_of_the_ticket_are_all_stopped_once_it_settled(
    session: Session, now: datetime
) -> None:
    ticket, order = city_order(session, now)
    (child,) = give_on(session, order, now, COUNTY)
    answer(session, child, now)
    reviews.complete(session, child, actor=system(order), now=now)
    answer(session, order, now)
    reviews.complete(session, order, actor=AGENT, now=now)
    left = {each.kind for each in clocks.of_ticket(session, ticket) if not each.stopped_at}
    assert left == {"callback_by"}
