"""对账: one hash for a day, and what differs, whatever the two lists are."""

import hashlib
from datetime import date, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from dispatch import reconciling
from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from dispatch.reconciling import Day, Line
from hotline.core.events import Cursor
from tests.dispatch.extension_scene import AGENT, URBAN
from tests.factories import create_ticket

TODAY = date(2026, 11, 25)
# docs/work-orders.md shows this vector.
VECTOR = [
    Line("261125000018-1", "replied", 4),
    Line("261125000017-1", "accepted", 2),
    Line("261125000017-2", "dispatched", 1),
]
DOCUMENTED = Path(__file__).parents[2] / "docs" / "work-orders.md"

lines = st.builds(
    Line,
    st.from_regex(r"2611250000[0-3][0-9]-[12]", fullmatch=True),
    st.sampled_from(["dispatched", "accepted", "replied"]),
    st.integers(1, 4),
)
days = st.lists(lines, unique_by=lambda each: each.number)


def test_the_hash_is_what_its_recipe_says() -> None:
    text = b"261125000017-1,accepted,2\n261125000017-2,dispatched,1\n261125000018-1,replied,4\n"
    assert reconciling.digest(VECTOR) == hashlib.sha256(text).hexdigest()
    plain = b"261125000017-1,accepted\n261125000017-2,dispatched\n261125000018-1,replied\n"
    shorter = reconciling.without_versions(VECTOR)
    assert reconciling.digest(shorter) == hashlib.sha256(plain).hexdigest()
    assert reconciling.digest([]) == hashlib.sha256(b"").hexdigest()
    page = DOCUMENTED.read_text()
    assert text.decode() in page
    assert hashlib.sha256(text).hexdigest() in page
    assert hashlib.sha256(plain).hexdigest() in page


def test_a_day_holds_what_was_issued_on_it_in_beijing(session: Session) -> None:
    moments = [
        "2026-11-24T23:59:59+08:00",
        "2026-11-25T00:00:00+08:00",
        "2026-11-25T23:59:59+08:00",
    ]
    made = []
    for moment in moments:
        at = datetime.fromisoformat(moment)
        ticket = create_ticket(session, now=at)
        named = [Assignment("540102-urban"), Assignment("540100-urban")]
        dispatching.dispatch(session, ticket, named, actor=AGENT, now=at)
        made.append(f"{ticket.number}-1")
    found = reconciling.of_day(session, TODAY, department="540102-urban")
    assert [each.number for each in found.lines] == made[1:]
    assert {(each.status, each.version) for each in found.lines} == {("dispatched", 1)}
    whole = reconciling.of_day(session, TODAY)
    assert len(whole.lines) == 4
    sent = [*found.lines, Line(made[0], "dispatched", 1), Line(f"{made[1][:-1]}2", "dispatched")]
    report = reconciling.compare(session, found, sent, department="540102-urban")
    assert report.of_another_day == {made[0]: TODAY - timedelta(days=1)}
    assert [each.number for each in report.missing_here] == [f"{made[1][:-1]}2"]  # another's


def test_the_day_shows_how_its_orders_are_now(session: Session, now: datetime) -> None:
    ticket = create_ticket(session, now=now)
    dispatching.dispatch(session, ticket, [Assignment("540102-urban")], actor=AGENT, now=now)
    (order,) = orders.of_ticket(session, ticket)
    orders.accept(session, order, actor=URBAN, now=now + timedelta(days=1))
    (line,) = reconciling.of_day(session, TODAY, department="540102-urban").lines
    assert line == Line(order.number, "accepted", order.version)


@given(here=days, there=days)
def test_every_order_is_the_same_or_in_one_list_of_the_report(
    here: list[Line], there: list[Line]
) -> None:
    ours = Day(TODAY, sorted(here), Cursor())
    found = reconciling.compare(_Unasked(), ours, there)  # type: ignore[arg-type]  # knows no other day
    same = set(here) & set(there)
    lists = [
        [each.number for each in found.missing_there],
        [each.number for each in found.missing_here],
        [each.number for each in found.other_status],
        [each.number for each in found.other_version],
    ]
    told = [number for each in lists for number in each]
    assert len(told) == len(set(told))
    numbers = {each.number for each in (*here, *there)}
    assert set(told) == numbers - {each.number for each in same}
    assert found.same == (sorted(here) == sorted(there))
    assert found.same == (reconciling.digest(here) == reconciling.digest(there))


class _Unasked:
    """A session that has no orders of other days."""

    def exec(self, _query: object) -> "_Unasked":
        return self

    def all(self) -> list[object]:
        return []
