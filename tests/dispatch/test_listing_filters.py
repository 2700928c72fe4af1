"""筛选条件: an address and the filters it means are one thing, whatever is written into it."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.listing import filters
from dispatch.listing.filters import Due, Filters, Order, is_personal, pairs, read
from dispatch.models import Source
from dispatch.states import TicketStatus
from dispatch.terms import RequestType, Urgency


def said(told: Filters) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in pairs(told):
        fields.setdefault(name, []).append(value)
    return fields


def some(of: Any) -> Any:
    return st.sets(st.sampled_from(of)).map(lambda chosen: tuple(x for x in of if x in chosen))


LEVEL = st.sampled_from(["城乡建设", "市政设施", "路灯"])
DAY = st.dates(date(2000, 1, 1), date(2099, 12, 31)) | st.none()
ANY = st.builds(
    Filters,
    statuses=some(TicketStatus),
    types=some(RequestType),
    urgencies=some(Urgency),
    sources=some(Source),
    matter=st.lists(LEVEL, max_size=3).map(tuple),
    district=st.sampled_from(["", "540102"]),
    department=st.sampled_from(["", "540102-urban"]),
    due=st.sampled_from(Due) | st.none(),
    reminded=st.booleans(),
    redone=st.booleans(),
    mine=st.booleans(),
    since=DAY,
    until=DAY,
    words=st.sampled_from(["", "路灯", "坏了 一周", "2611", "100%"]),
    order=st.sampled_from(Order),
)


@given(ANY)
def test_what_an_address_writes_it_reads_again(told: Filters) -> None:
    assert read(said(told)) == filters.Reading(told, ())


@given(
    st.dictionaries(
        st.sampled_from(
            [*said(Filters(due=Due.NEAR, words="a")), "status", "since", "matter", "x"]
        ),
        st.lists(st.text(max_size=60), max_size=3),
        max_size=6,
    )
)
def test_whatever_is_written_is_understood_or_named(written: dict[str, list[str]]) -> None:
    reading = read(written)
    assert set(reading.unclear) <= set(written)
    assert read(said(reading.filters)) == filters.Reading(reading.filters, ())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "opened"),
        ("due", "late"),
        ("order", "random"),
        ("since", "yesterday"),
        ("until", "1999-01-01"),
        ("matter", "一/二/三/四"),
        ("mine", "yes"),
        ("district", "54 01"),
        ("q", "长" * 41),
    ],
)
def test_an_unclear_condition_is_left_out_and_named(name: str, value: str) -> None:
    assert read({name: [value]}) == filters.Reading(Filters(), (name,))


def test_nobody_is_looked_for_by_what_is_masked_everywhere() -> None:
    for personal in ("13989001234", "找139 8900 1234", "540102199001011234"):
        assert is_personal(personal), personal
        assert read({"q": [personal]}) == filters.Reading(Filters(), ("q",))
    for number in ("261125000017", "2611", "路灯", "7号楼"):
        assert not is_personal(number), number


def test_a_number_is_known_from_words() -> None:
    assert Filters(words="26112500").by_number
    assert not Filters(words="路灯 26").by_number
    assert not Filters().by_number
