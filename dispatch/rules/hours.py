"""办公时间: the spans of a day in which a unit works, by effective dates."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from hotline.core.errors import Invalid

WHOLE_DAY = timedelta(hours=24)
_SPAN = re.compile(r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})")
_REMEDY = "Write spans in order, like 09:30-13:00 15:30-18:00; 24:00 and 20:00-02:00 are legal."


class BadHours(Invalid):
    title = "Business hours not understood"


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open [opens, closes) from the midnight that begins the day; may pass the next one."""

    opens: timedelta
    closes: timedelta

    def __post_init__(self) -> None:
        if not timedelta(0) <= self.opens < self.closes <= self.opens + WHOLE_DAY:
            raise BadHours(f"A span cannot run {self.opens} to {self.closes}.", remedy=_REMEDY)
        if self.opens >= WHOLE_DAY:
            raise BadHours(f"A span cannot open at {self.opens}.", remedy=_REMEDY)


@dataclass(frozen=True, slots=True)
class Hours:
    """The spans of one layer, first day `since` to last day `until`; None is open-ended.

    Raises BadHours when there is no span, or two overlap, today's or with tomorrow's.
    """

    spans: tuple[Span, ...]
    since: date | None = None
    until: date | None = None
    source: str = ""

    def __post_init__(self) -> None:
        if not self.spans:
            raise BadHours("There is no span in the business hours.", remedy=_REMEDY)
        opens_next = [span.opens for span in self.spans[1:]]
        opens_next.append(self.spans[0].opens + WHOLE_DAY)
        for span, opens in zip(self.spans, opens_next, strict=True):
            if span.closes > opens:
                raise BadHours(f"The span that opens at {opens} is too early.", remedy=_REMEDY)
        if self.since and self.until and self.until < self.since:
            raise BadHours(f"The hours end on {self.until}, before {self.since}.", remedy=_REMEDY)

    def applies(self, day: date) -> bool:
        """Return whether the day is within the effective dates."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


def parse_spans(text: str) -> tuple[Span, ...]:
    """Read `09:30-13:00 15:30-18:00`; a span that ends before it opens ends the next day.

    Raises BadHours for anything else.
    """
    return tuple(_span(written) for written in text.split())


def parse_moment(text: str) -> timedelta:
    """Read a time of day after midnight, up to 24:00, as its distance from that midnight.

    Raises BadHours for anything else.
    """
    written = _TIME.fullmatch(text)
    moment = _moment(written[1], written[2]) if written else timedelta(0)
    if not moment:
        raise BadHours(f"{text!r} is no time of day that a day ends at.", remedy="Write 17:30.")
    return moment


def _span(text: str) -> Span:
    written = _SPAN.fullmatch(text)
    if written is None:
        raise BadHours(f"The span {text!r} is not two times of day.", remedy=_REMEDY)
    opens, closes = _moment(written[1], written[2]), _moment(written[3], written[4])
    return Span(opens, closes if closes >= opens else closes + WHOLE_DAY)


def _moment(hours: str, minutes: str) -> timedelta:
    moment = timedelta(hours=int(hours), minutes=int(minutes))
    if int(minutes) > 59 or moment > WHOLE_DAY:
        raise BadHours(f"{hours}:{minutes} is no time of day.", remedy=_REMEDY)
    return moment
