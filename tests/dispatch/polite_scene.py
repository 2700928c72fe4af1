"""Polite hours of any site, moments of a year of Lhasa's, and the part of a day each lies in."""

from datetime import datetime, time, timedelta

from hypothesis import strategies as st

from dispatch.callback.polite import PoliteHours
from dispatch.rules.holiday_notices import load_calendar
from hotline.core.clock import BEIJING

LHASA = load_calendar("540102")
HOURS = PoliteHours.parse("09:00-12:00 15:00-18:00 19:00-20:30", "10:00-12:00 16:00-19:00")
NEW_YEAR_2026 = datetime(2026, 1, 1, tzinfo=BEIJING)
moments = st.integers(0, 364 * 24 * 60).map(lambda m: NEW_YEAR_2026 + timedelta(minutes=m))


@st.composite
def polite_hours(draw: st.DrawFn) -> PoliteHours:
    """Any site's setting: one to four parts of a workday, as many or none of a day off."""

    def parts(least: int) -> str:
        edges = draw(
            st.lists(st.integers(6 * 4, 22 * 4), min_size=2 * least, max_size=8, unique=True)
        )
        edges = sorted(edges)[: len(edges) // 2 * 2]
        written = [f"{edge // 4:02d}:{edge % 4 * 15:02d}" for edge in edges]
        return " ".join(map("-".join, zip(written[::2], written[1::2], strict=True)))

    return PoliteHours.parse(parts(1), parts(0))


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def part_at(hours: PoliteHours, moment: datetime) -> int | None:
    """Return which part of its day the moment lies in."""
    midnight = datetime.combine(moment.astimezone(BEIJING).date(), time(), BEIJING)
    parts = hours.of(midnight.date(), LHASA)
    inside = [n for n, part in enumerate(parts) if part.opens <= moment - midnight < part.closes]
    return inside[0] if inside else None
