"""What a report says, taken from frozen snapshots and kept beside it for good.

Names stand as they were on that day. A report is written again from this alone.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlmodel import Session

from dispatch.indicators import document, freezing
from dispatch.indicators.document import value_of
from dispatch.indicators.models_indicators import IndicatorSnapshot
from dispatch.indicators.terms import RANKS, Key, Kind
from dispatch.reports.periods import Span
from dispatch.reports.terms import ReportKind
from knowledge import names

MOST = 30  # values of a key that are kept: nothing shows more
_NAMES = {Key.DEPARTMENT: names.department_names, Key.DISTRICT: names.district_names}
Figures = dict[str, dict[str, Any]]


def gather(
    session: Session,
    kind: ReportKind,
    snapshot: IndicatorSnapshot,
    earlier: IndicatorSnapshot | None,
    before: Span,
    *,
    days: Collection[str],
) -> dict[str, Any]:
    """Return the kept figures: of the days, of the days before, and by keys.

    `days` are the indicators whose figure of each day is told.
    """
    told = freezing.as_json(snapshot)
    kinds = {each["code"]: each["kind"] for each in told["definitions"]}
    by = _by(told["indicators"], kinds)
    for code, found in freezing.by_day(snapshot, days).items():
        by.setdefault(code, {})[Key.DAY.value] = list(found.items())
    return {
        "kind": kind.value,
        "now": _of(told, kinds),
        "before": _of(_then(earlier, before), kinds),
        "by": by,
        "indicators": _called(told),
        "names": _names(session, by),
    }


def _then(earlier: IndicatorSnapshot | None, before: Span) -> dict[str, Any]:
    """Return the days before, without a figure where they were not frozen."""
    then = freezing.as_json(earlier) if earlier else {"indicators": [], "score": None}
    return then | {"since": before.first.isoformat(), "until": before.last.isoformat()}


def _called(told: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return by code how each indicator is named and read."""
    return {
        each["code"]: {"name": each["name_zh"], "kind": each["kind"]}
        for each in told["definitions"]
    }


def written(kept: Mapping[str, Any]) -> tuple[bytes, str]:
    """Return the figures as they are kept, and their SHA-256."""
    told = document.canonical(kept)
    return told, hashlib.sha256(told).hexdigest()


def _of(told: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
    """Return the days' figures; the versions of one indicator put together."""
    figures: Figures = {}
    for each in told["indicators"]:
        code = each["code"]
        figures[code] = _sum(kinds.get(code, Kind.COUNT), figures.get(code), each["figure"])
    return {**{name: told[name] for name in ("since", "until", "score")}, "figures": figures}


def _sum(kind: str, one: Mapping[str, Any] | None, other: Mapping[str, Any]) -> dict[str, Any]:
    if one is None or Kind(kind) in RANKS:  # a median of two is none: the later version's stands
        return dict(other)
    some = {name: one[name] + other[name] for name in ("numerator", "denominator", "excluded")}
    value = value_of(Kind(kind), some["numerator"], some["denominator"])
    return {**some, "value": value}


def _by(
    indicators: Iterable[Mapping[str, Any]], kinds: Mapping[str, str]
) -> dict[str, dict[str, list[tuple[str, Any]]]]:
    """Return by key what is largest of a count and busiest of the rest; every hour in order."""
    found: dict[str, dict[str, Figures]] = {}
    for each in indicators:
        for key, values in each["by"].items():
            mine = found.setdefault(each["code"], {}).setdefault(key, {})
            for value, figure in values.items():
                mine[value] = _sum(kinds[each["code"]], mine.get(value), figure)
    return {
        code: {key: _first(key, kinds[code], values) for key, values in keys.items()}
        for code, keys in found.items()
    }


def _first(key: str, kind: str, values: Figures) -> list[tuple[str, Any]]:
    if key == Key.HOUR:
        return [(f"{int(value):02d}", values[value]) for value in sorted(values, key=int)]
    weigh = "numerator" if kind == Kind.COUNT else "denominator"
    order = sorted(values.items(), key=lambda each: (-each[1][weigh], each[0]))
    return [each for each in order if each[1]["denominator"]][:MOST]


def _names(session: Session, by: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    told: dict[str, dict[str, str]] = {}
    for key, ask in _NAMES.items():
        codes = {value for keys in by.values() for value, _ in keys.get(key.value, [])}
        told[key.value] = ask(session, codes)
    return told
