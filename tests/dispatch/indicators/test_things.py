"""Facts column by column: what is read or parted once is kept, and says what the rows say."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from dispatch.indicators.terms import Key
from dispatch.indicators.things import Fact, Things

FIRST = date(2026, 1, 1)
FACTS = some.lists(
    some.fixed_dictionaries(
        {
            "id": some.integers(1, 999),
            "day": some.integers(0, 4).map(lambda days: FIRST + timedelta(days=days)),
            "hour": some.integers(0, 23),
            "waited_s": some.none() | some.integers(0, 99),
            "offered": some.none() | some.integers(0, 1),
        }
    )
)


@given(FACTS)
def test_those_of_which_a_figure_says_something(facts: list[Fact]) -> None:
    said = [each for each in facts if each["waited_s"] is not None and each["offered"]]
    ids, waited, of = Things(facts).judged("waited_s", "offered")
    assert ids == [each["id"] for each in said]
    assert waited == [each["waited_s"] for each in said]
    assert of == sum(each["offered"] for each in said)


@given(FACTS, some.integers(0, 4))
def test_those_of_some_days_by_a_key(facts: list[Fact], days: int) -> None:
    last = FIRST + timedelta(days=days)
    held = [each for each in facts if each["day"] <= last]
    parts = Things(facts).during(FIRST, last).by(Key.HOUR)
    assert list(parts) == sorted({str(each["hour"]) for each in held})
    for hour, part in parts.items():
        assert part.column("id") == [each["id"] for each in held if str(each["hour"]) == hour]


def test_they_are_parted_once_however_many_figures_ask() -> None:
    fact = {"id": 1, "day": FIRST, "hour": 9, "waited_s": 5, "offered": 1}
    things = Things([fact])
    held = things.during(FIRST, FIRST)
    assert things.during(FIRST, FIRST) is held
    assert held.by(Key.HOUR) is held.by(Key.HOUR)
    assert held.judged("waited_s", "offered") is held.judged("waited_s", "offered")
