"""Which business hours are accepted."""

import pytest

from dispatch.rules.hours import BadHours, Hours, parse_spans


@pytest.mark.parametrize(
    "text", ["9:30-13:00", "09:30", "25:00-26:00", "09:30-09:30", "09:61-10:00", "24:00-24:00", ""]
)
def test_times_that_make_no_span_are_refused(text: str) -> None:
    with pytest.raises(BadHours):
        Hours(parse_spans(text))


@pytest.mark.parametrize(
    "text", ["09:00-12:00 11:00-13:00", "15:00-18:00 09:00-12:00", "08:00-12:00 20:00-09:00"]
)
def test_overlapping_spans_are_refused(text: str) -> None:
    with pytest.raises(BadHours):
        Hours(parse_spans(text))
