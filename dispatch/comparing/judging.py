"""What a scheme says of counts: each unit's rates, intervals, bands and place, class by class.

Pure: the same counts give the same results, in whatever order the units come.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dispatch.comparing.bands import BANDED, Band, band, ranks
from dispatch.comparing.intervals import Interval, Tally, pooled, together, weighted, wilson
from dispatch.comparing.scheme import Measured, Scheme

NOTHING = Tally(0, 0)
Counts = Mapping[str, Mapping[str, Tally]]  # of each unit, by indicator, as they were counted


@dataclass(frozen=True)
class Part:
    """One indicator of one unit; the interval is the rate's own, whichever way is better."""

    tally: Tally
    interval: Interval
    band: Band


@dataclass(frozen=True)
class Standing:
    """What is said of one unit; `value` and `interval` are None without a band of all together."""

    unit: str
    parts: Mapping[str, Part]
    band: Band
    value: Fraction | None = None
    interval: Interval | None = None
    rank: int | None = None


@dataclass(frozen=True)
class Group:
    """One class: its rates as a whole, and its units by code."""

    name: str
    like: Mapping[str, Tally]
    value: Fraction | None  # None where nothing of an indicator was judged
    standings: Sequence[Standing]

    def judged(self) -> int:
        """Return how many units have a band of an indicator, of the one where they are most."""
        found = (
            sum(each.parts[code].band in BANDED for each in self.standings) for code in self.like
        )
        return max(found, default=0)


def judge(scheme: Scheme, counts: Counts, classes: Mapping[str, str]) -> list[Group]:
    """Return the classes by name with what is said of each unit; every unit has a class."""
    names = sorted({classes[unit] for unit in counts})
    return [_group(scheme, name, _of(name, counts, classes)) for name in names]


def _of(name: str, counts: Counts, classes: Mapping[str, str]) -> Counts:
    return {unit: counts[unit] for unit in sorted(counts) if classes[unit] == name}


def _group(scheme: Scheme, name: str, counts: Counts) -> Group:
    like = {
        each.code: pooled(mine.get(each.code, NOTHING) for mine in counts.values())
        for each in scheme.indicators
    }
    said = all(each.of for each in like.values())
    value = _value(scheme, like) if said else None
    standings = [_standing(scheme, unit, counts, like, value) for unit in counts]
    if scheme.show_ranks:
        standings = _ranked(standings)
    return Group(name, like, value, standings)


def _standing(
    scheme: Scheme,
    unit: str,
    counts: Counts,
    like: Mapping[str, Tally],
    value: Fraction | None,
) -> Standing:
    mine = {each.code: counts[unit].get(each.code, NOTHING) for each in scheme.indicators}
    parts = {each.code: _part(scheme, each, unit, counts, like) for each in scheme.indicators}
    bands = {each.band for each in parts.values()}
    if value is None or Band.FEW in bands:
        return Standing(unit, parts, Band.FEW)
    if Band.ALONE in bands:
        return Standing(unit, parts, Band.ALONE)
    whole = together(
        (each.weight, wilson(_good(each, mine[each.code]), scheme.confidence))
        for each in scheme.indicators
    )
    return Standing(unit, parts, band(whole, value), _value(scheme, mine), whole)


def _part(
    scheme: Scheme, measured: Measured, unit: str, counts: Counts, like: Mapping[str, Tally]
) -> Part:
    code = measured.code
    tally = counts[unit].get(code, NOTHING)
    interval = wilson(tally, scheme.confidence)
    others = [each for each in counts if each != unit and counts[each].get(code, NOTHING).of]
    if tally.of < measured.minimum:
        return Part(tally, interval, Band.FEW)
    if not others:
        return Part(tally, interval, Band.ALONE)
    good = wilson(_good(measured, tally), scheme.confidence)
    return Part(tally, interval, band(good, _good(measured, like[code]).rate))


def _value(scheme: Scheme, tallies: Mapping[str, Tally]) -> Fraction:
    return weighted(
        (each.weight, _good(each, tallies[each.code]).rate) for each in scheme.indicators
    )


def _good(measured: Measured, tally: Tally) -> Tally:
    return tally if measured.high_is_better else tally.turned()


def _ranked(standings: Sequence[Standing]) -> list[Standing]:
    values = {
        each.unit: each.value
        for each in standings
        if each.band in BANDED and each.value is not None
    }
    places = ranks(values)
    return [
        Standing(each.unit, each.parts, each.band, each.value, each.interval, places.get(each.unit))
        for each in standings
    ]
