"""The written report of a period: a pure function of facts and definitions, the same every time."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from dispatch.indicators.terms import Key, Kind, Unit
from hotline.core.clock import beijing

Fact = dict[str, Any]
Kept = Mapping[str, Sequence[Mapping[str, str]]]
FORM = 1  # of the document: one more whenever it is written otherwise
_KEYS = {
    Unit.TICKET: (Key.DISTRICT, Key.MATTER),
    Unit.ORDER: (Key.DEPARTMENT, Key.DISTRICT, Key.MATTER),
    Unit.CALL: (Key.HOUR,),
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
    told = [_indicator(each, facts[Unit(each["unit"])]) for each in kept["definitions"]]
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


def _indicator(definition: Mapping[str, str], facts: Iterable[Fact]) -> dict[str, Any]:
    since = date.fromisoformat(definition["since"])
    until = date.fromisoformat(definition["until"]) if definition["until"] else date.max
    held = [each for each in facts if since <= each["day"] <= until]
    judged = [each for each in held if _judged(definition, each)]
    counted = [each for each in judged if each[definition["numerator"]]]
    return {
        "code": definition["code"],
        "version": definition["version"],
        "figure": _figure(definition, held),
        "list": _listed(each["id"] for each in counted),
        "by": {key.value: _by(definition, held, key) for key in _KEYS[Unit(definition["unit"])]},
    }


def _judged(definition: Mapping[str, str], fact: Fact) -> bool:
    return fact[definition["numerator"]] is not None and bool(fact[definition["denominator"]])


def _by(definition: Mapping[str, str], held: Iterable[Fact], key: Key) -> dict[str, Any]:
    parts: dict[str, list[Fact]] = {}
    for fact in held:
        parts.setdefault(str(fact[key.value]), []).append(fact)
    return {value: _figure(definition, parts[value]) for value in sorted(parts)}


def _figure(definition: Mapping[str, str], held: Sequence[Fact]) -> dict[str, Any]:
    judged = [each for each in held if _judged(definition, each)]
    some = sum(each[definition["numerator"]] for each in judged)
    of = sum(each[definition["denominator"]] for each in judged)
    return {
        "numerator": some,
        "denominator": of,
        "excluded": len(held) - len(judged),
        "value": value_of(Kind(definition["kind"]), some, of),
    }


def value_of(kind: Kind, numerator: int, denominator: int) -> float | None:
    """Return a rate in percent and a mean, to one digit, or a count; None for one of nothing."""
    if kind is Kind.COUNT:
        return float(numerator)
    if not denominator:
        return None
    return round((100 if kind is Kind.RATE else 1) * numerator / denominator, 1)


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
