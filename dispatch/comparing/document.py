"""The written comparison: a pure function of what is kept beside it, the same bytes every time."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from dispatch.comparing.bands import by_chance
from dispatch.comparing.intervals import DIGITS, Tally
from dispatch.comparing.judging import Counts, Group, Part, Standing, judge
from dispatch.comparing.scheme import Scheme, scheme_of
from dispatch.indicators.document import canonical

FORM = 2  # of the document: one more whenever it is written otherwise


def write(inputs: Mapping[str, Any]) -> bytes:
    """Return the comparison as bytes: the inputs, and what the scheme says of them."""
    before = _result(inputs["before"]) if inputs["before"] else None
    result = _result(inputs["run"])
    return canonical({"form": FORM, **inputs, "result": result, "result_before": before})


def counts_of(kept: Mapping[str, Mapping[str, list[int]]]) -> Counts:
    """Return the counts as they are kept: of each unit, by indicator, so many of so many."""
    return {
        unit: {code: Tally(*each) for code, each in mine.items()} for unit, mine in kept.items()
    }


def _result(run: Mapping[str, Any]) -> list[dict[str, Any]]:
    scheme = scheme_of(run["scheme"])
    groups = judge(scheme, counts_of(run["counts"]), run["classes"])
    return [_group(scheme, each) for each in groups]


def _group(scheme: Scheme, group: Group) -> dict[str, Any]:
    return {
        "class": group.name,
        "units": len(group.standings),
        "by_chance": _share(by_chance(group.judged(), scheme.confidence)),
        "like": {code: _tally(each) for code, each in group.like.items()},
        "value": None if group.value is None else _share(group.value),
        "standings": [_standing(each) for each in group.standings],
    }


def _standing(standing: Standing) -> dict[str, Any]:
    whole = standing.interval
    return {
        "unit": standing.unit,
        "band": standing.band.value,
        "value": None if standing.value is None else _share(standing.value),
        "interval": None if whole is None else [whole.low, whole.high],
        "rank": standing.rank,
        "parts": {code: _part(each) for code, each in standing.parts.items()},
    }


def _part(part: Part) -> dict[str, Any]:
    interval = [part.interval.low, part.interval.high]
    return {**_tally(part.tally), "interval": interval, "band": part.band.value}


def _tally(tally: Tally) -> dict[str, Any]:
    rate = _share(tally.rate) if tally.of else None
    return {"numerator": tally.some, "denominator": tally.of, "rate": rate}


def _share(value: Fraction) -> float:
    return round(float(value), DIGITS)
