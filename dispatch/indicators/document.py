"""The written report of a period: a pure function of facts and definitions, the same every time."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from dispatch.indicators.terms import RANKS, Key, Kind, Unit
from dispatch.indicators.things import Fact, Things
from hotline.core.clock import beijing

Kept = Mapping[str, Sequence[Mapping[str, str]]]
FORM = 1  # of the document: one more whenever it is written otherwise
_KEYS = {
    Unit.TICKET: (Key.DISTRICT, Key.MATTER),
    Unit.ORDER: (Key.DEPARTMENT, Key.DISTRICT, Key.MATTER),
    Unit.CALL: (Key.HOUR,),
    Unit.SEAT: (Key.DISTRICT,),
}
RATES = ("response", "resolution", "satisfaction")


def write(
    name: str,
    period: Any,
    kept: Kept,
    facts: Mapping[Unit, Sequence[Fact]],
    *,
    by: str,
    at: datetime,
) -> bytes:
    """Return the report as bytes: every indicator, in all and by its keys, with its list's hash."""
    things = {unit: Things(found) for unit, found in facts.items()}
    told = [_indicator(each, things[Unit(each["unit"])]) for each in kept["definitions"]]
    return canonical(
        {
            "form": FORM,
            "name": name,
            "since": period.first.isoformat(),
            "until": period.last.isoformat(),
            "frozen_at": beijing(at).isoformat(),
            "frozen_by": by,
            "definitions": kept["definitions"],
            "weights": kept["weights"],
            "indicators": told,
            "score": _score(told, kept["weights"], period.last),
        }
    )


def canonical(told: Any) -> bytes:
    """Return the one way in which a document is written."""
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _indicator(definition: Mapping[str, str], things: Things) -> dict[str, Any]:
    held = _held(definition, things)
    ids, some, _ = held.judged(definition["numerator"], definition["denominator"])
    if Kind(definition["kind"]) not in RANKS:
        ids = [own for own, each in zip(ids, some, strict=True) if each]
    return {
        "code": definition["code"],
        "version": definition["version"],
        "figure": _figure(definition, held),
        "list": _listed(ids),
        "by": {key.value: _by(definition, held, key) for key in _KEYS[Unit(definition["unit"])]},
    }


def _by(definition: Mapping[str, str], held: Things, key: Key) -> dict[str, Any]:
    return {value: _figure(definition, part) for value, part in held.by(key).items()}


def _figure(definition: Mapping[str, str], held: Things) -> dict[str, Any]:
    kind = Kind(definition["kind"])
    ids, said, of = held.judged(definition["numerator"], definition["denominator"])
    some = counted_as(kind, said)
    return {
        "numerator": some,
        "denominator": of,
        "excluded": len(held) - len(ids),
        "value": value_of(kind, some, of),
    }


def counted_as(kind: Kind, said: Sequence[int]) -> int:
    """Return the numerator of what was said of things: the sum, or the one at the kind's rank."""
    if kind not in RANKS:
        return sum(said)
    return sorted(said)[-(-RANKS[kind] * len(said) // 100) - 1] if said else 0


def by_day(
    kept: Kept, facts: Mapping[Unit, Sequence[Fact]], codes: Collection[str]
) -> dict[str, dict[str, Any]]:
    """Return each indicator's figure for each day on which there was something, the days in order.

    No part of the document: it is counted from the facts beside it.
    """
    things = {unit: Things(held) for unit, held in facts.items()}
    found: dict[str, dict[str, Any]] = {}
    for each in kept["definitions"]:
        if each["code"] in codes:
            held = _held(each, things[Unit(each["unit"])])
            found.setdefault(each["code"], {}).update(_by(each, held, Key.DAY))
    return {code: dict(sorted(days.items())) for code, days in found.items()}


def _held(definition: Mapping[str, str], things: Things) -> Things:
    """Return those of the days on which the definition held."""
    since = date.fromisoformat(definition["since"])
    return things.during(
        since, date.fromisoformat(definition["until"]) if definition["until"] else date.max
    )


def value_of(kind: Kind, numerator: int, denominator: int) -> float | None:
    """Return a rate in percent and a mean, to one digit, a count, or the numerator at a rank.

    None for one of nothing.
    """
    if kind is Kind.COUNT:
        return float(numerator)
    if not denominator:
        return None
    if kind in RANKS:
        return float(numerator)
    return round((1 if kind is Kind.MEAN else 100) * numerator / denominator, 1)


def _listed(ids: Iterable[int]) -> dict[str, Any]:
    """Return how many things a figure counted, and the hash of their row ids."""
    counted = sorted(ids)
    told = "\n".join(map(str, counted)).encode()
    return {"count": len(counted), "sha256": hashlib.sha256(told).hexdigest()}


def _score(
    told: Iterable[Mapping[str, Any]], weights: Iterable[Mapping[str, str]], last: date
) -> float | None:
    """Return 三率综合 of the period by the weights of its last day (`weights.score`)."""
    held = [
        each
        for each in weights
        if date.fromisoformat(each["since"]) <= last
        and (not each["until"] or last <= date.fromisoformat(each["until"]))
    ]
    if not held:
        return None
    weigh = max(held, key=lambda each: each["since"])
    sums = dict.fromkeys(RATES, (0, 0))
    for each in told:
        if each["code"] in sums:
            some, of = sums[each["code"]]
            figure = each["figure"]
            sums[each["code"]] = (some + figure["numerator"], of + figure["denominator"])
    return scored((int(weigh[rate]), sums[rate][0], sums[rate][1]) for rate in RATES)


def scored(said: Iterable[tuple[int, int, int]]) -> float | None:
    """Return the score of (weight, numerator, denominator); a rate of nothing weighs nothing."""
    rates = [each for each in said if each[2]]
    whole = sum(weight for weight, _, _ in rates)
    if not whole:
        return None
    return round(100 * sum(weight * some / of for weight, some, of in rates) / whole, 1)
