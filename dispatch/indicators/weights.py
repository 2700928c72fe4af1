"""三率综合: how much each of the three rates weighs, from when on; data, for a city to decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from dispatch.indicators.document import RATES, scored
from dispatch.rules.sheet import BadCell, Line, date_in, date_or_none, read_sheet

WEIGHTS = Path(__file__).parents[1] / "data" / "indicator_weights.csv"
COLUMNS = ("since", "until", *RATES, "source")
WHOLE = 100


@dataclass(frozen=True, slots=True)
class Weights:
    """Whole percents that make up a hundred; both days included."""

    since: date
    until: date | None
    response: int
    resolution: int
    satisfaction: int
    source: str

    def of(self, code: str) -> int:
        """Return what the rate weighs."""
        weighs = {
            "response": self.response,
            "resolution": self.resolution,
            "satisfaction": self.satisfaction,
        }
        return weighs[code]


def load(path: Path = WEIGHTS) -> tuple[Weights, ...]:
    """Return the weights of the file; raise BadSheet for a line that makes up no hundred."""
    return read_sheet(path, COLUMNS, _read, lambda each: each.since)


@cache
def packaged() -> tuple[Weights, ...]:
    """Return the weights that come with the hotline, read once."""
    return load()


def on(day: date) -> Weights | None:
    """Return the weights that hold on the day, the newest of several."""
    held = [
        each
        for each in packaged()
        if each.since <= day and (each.until is None or day <= each.until)
    ]
    return max(held, key=lambda each: each.since, default=None)


def score(rates: Mapping[str, tuple[int, int]], day: date) -> float | None:
    """Return the weighted score of (numerator, denominator) by rate, in percent to one digit.

    A rate of nothing weighs nothing, and the others make up the whole; None where none is left.
    """
    weights = on(day)
    if weights is None:
        return None
    said = {code: rates.get(code, (0, 0)) for code in RATES}
    return scored((weights.of(code), some, of) for code, (some, of) in said.items())


def _read(line: Line) -> Weights:
    for rate in RATES:
        if not line[rate].isdecimal():
            raise BadCell(rate, "No number.", "Write a whole percentage.")
    response, resolution, satisfaction = (int(line[rate]) for rate in RATES)
    whole = response + resolution + satisfaction
    if whole != WHOLE:
        raise BadCell(RATES[0], f"The three make up {whole}.", f"Let them make up {WHOLE}.")
    return Weights(
        since=date_in(line, "since"),
        until=date_or_none(line, "until"),
        response=response,
        resolution=resolution,
        satisfaction=satisfaction,
        source=line["source"],
    )
