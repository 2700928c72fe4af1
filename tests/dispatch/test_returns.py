"""退单: with a reason, a basis and whose it is; once, and in time."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from dispatch.handling import reviews
from dispatch.handling.returns import Return, return_of
from hotline.core.errors import Conflict, Invalid
from tests.dispatch.dispatching_scene import (
    CITY,
    URBAN,
    dispatched,
    give_back,
    order_of,
    running,
    system,
)


@pytest.mark.parametrize(
    "given",
    [
        Return("bored", "三定方案", CITY),
        Return("not_our_duty", " ", CITY),
        Return("wrong_district", "三定方案"),
        Return("overlapping_duty", "三定方案", "nowhere"),
        Return("not_our_duty", "三定方案", URBAN),
    ],
)
def test_a_return_needs_a_reason_a_basis_and_whose_it_is(
    session: Session, now: datetime, given: Return
) -> None:
    ticket = dispatched(session, now)
    order = order_of(session, ticket, URBAN)
    with pytest.raises(Invalid):
        reviews.return_order(session, order, given, actor=system(URBAN), now=now)
    assert (order.status, return_of(session, order)) == ("dispatched", None)


def test_who_cannot_know_whose_it_is_need_not_say(session: Session, now: datetime) -> None:
    ticket = dispatched(session, now)
    given = Return("unclear_duty", "产权不明，电话13989001234")
    order = order_of(session, ticket, URBAN)
    reviews.return_order(session, order, given, actor=system(URBAN), now=now)
    kept = return_of(session, order)
    assert kept
    assert kept.basis == "产权不明，电话139****1234"


def test_an_order_is_returned_in_time_or_not_at_all(session: Session, now: datetime) -> None:
    ticket = dispatched(session, now)
    limit = running(session, ticket)[f"order:{ticket.number}-1", "return_by"].due_at
    with pytest.raises(Conflict, match="until"):
        give_back(session, ticket, URBAN, limit + timedelta(seconds=1))
    give_back(session, ticket, URBAN, limit)
    assert ticket.status == "registered"
