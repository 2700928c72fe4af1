"""Calendars, business hours and beginnings that hypothesis draws."""

from datetime import date, datetime, time, timedelta

from hypothesis import assume
from hypothesis import strategies as st

from dispatch.rules.hours import Hours, Span, parse_spans
from dispatch.rules.layers import Calendar, Day, DayKind, Layer, Source, stack
from hotline.core.clock import BEIJING

OFFICE = parse_spans("09:30-13:00 15:30-18:00")
NOTICE = Source("a notice")
FIRST = date(2026, 1, 1)
KINDS = st.dictionaries(
    st.integers(0, 60).map(lambda n: FIRST + timedelta(n)), st.sampled_from(DayKind), max_size=40
)
STARTS = st.integers(0, 40 * 288).map(
    lambda n: datetime.combine(FIRST, time(), BEIJING) + timedelta(minutes=5 * n)
)


@st.composite
def business_spans(draw: st.DrawFn) -> tuple[Span, ...]:
    """Draw one to three disjoint spans on a 5-minute grid; the last may pass midnight."""
    marks = sorted(draw(st.sets(st.integers(0, 400), min_size=2, max_size=6)))
    pairs = list(zip(marks[::2], marks[1::2], strict=False))
    assume(pairs[-1][0] < 288 and pairs[-1][1] <= pairs[0][0] + 288)
    return tuple(Span(timedelta(minutes=5 * a), timedelta(minutes=5 * b)) for a, b in pairs)


def layered(
    wide: dict[date, DayKind], narrow: dict[date, DayKind], spans: tuple[Span, ...]
) -> Calendar:
    days = [
        tuple(Day(code, day, kind, "", NOTICE) for day, kind in kinds.items())
        for code, kinds in (("000000", wide), ("540000", narrow))
    ]
    return stack([Layer("000000", "", days[0], (Hours(spans),)), Layer("540000", "", days[1])])
