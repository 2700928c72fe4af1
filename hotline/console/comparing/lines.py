"""What a comparison says, as a page shows it: a table a class, each figure with its interval."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from sqlmodel import Session

from dispatch.comparing import counting
from dispatch.comparing.bands import Band
from dispatch.indicators import definitions
from hotline.console.indicators.asking import PAGE as INDICATORS
from hotline.console.indicators.pages import name as indicator_name
from hotline.console.letters.frame import PAGE as LETTERS
from hotline.console.words import name_of, words_of
from knowledge import names

Told = Mapping[str, Any]


def groups(session: Session, document: Told, *, told: bool) -> list[dict[str, Any]]:
    """Return the document's classes as tables; each figure leads to the orders behind it.

    Of one that was `told`, who is below its like leads to a letter about it.
    """
    result = document["result"]
    units = [each["unit"] for group in result for each in group["standings"]]
    called = names.department_names(session, units)
    before = bands(document["result_before"] or [])

    def row_of(standing: Told) -> dict[str, Any]:
        department = called.get(standing["unit"], standing["unit"])
        letter = _letter(document, standing) if told else ""
        return {**_row(document, standing, before), "department": department, "letter": letter}

    return [_group(group, [row_of(each) for each in group["standings"]]) for group in result]


def _group(group: Told, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        **group,
        "name": class_name(group["class"]),
        "like": [_cell(each) for each in group["like"].values()],
        "value": _percent(group["value"]),
        "rows": rows,
    }


def row(standing: Told) -> dict[str, Any]:
    """Return one unit's standing in words."""
    return {
        "unit": standing["unit"],
        "band": standing["band"],
        "band_name": name_of("comparison_band", standing["band"]),
        "value": _percent(standing["value"]),
        "interval": _interval(standing["interval"]),
        "rank": standing["rank"],
        "parts": [
            {**_cell(each), "code": code, "interval": _interval(each["interval"])}
            | {"band": each["band"], "band_name": name_of("comparison_band", each["band"])}
            for code, each in standing["parts"].items()
        ],
    }


def _row(document: Told, standing: Told, before: Mapping[str, str]) -> dict[str, Any]:
    """Return one unit's standing with the ways to its orders, and its band before."""
    band = before.get(standing["unit"], "")
    return {
        **row(standing),
        "excluded": document["run"]["excluded"].get(standing["unit"], 0),
        "before": name_of("comparison_band", band),
        "changed": standing["band"] != band,
        "urls": _urls(document, standing),
    }


def bands(result: Sequence[Told]) -> dict[str, str]:
    """Return each unit's band of all indicators together."""
    return {each["unit"]: each["band"] for group in result for each in group["standings"]}


def indicators(document: Told) -> list[str]:
    """Return the names of what was compared, in the order of the tables' columns."""
    codes = sorted(each["code"] for each in document["run"]["scheme"]["indicators"])
    return [indicator_name(definitions.newest(code)) for code in codes]


def choices() -> list[tuple[str, str]]:
    """Return the indicators that may be compared: code and name."""
    return [(each.code, indicator_name(each)) for each in counting.comparable()]


def class_name(code: str) -> str:
    """Return the class in words; a class that the site named is its own name."""
    return name_of("comparison_class", code) if code in words_of("comparison_class") else code


def _cell(tally: Told) -> dict[str, Any]:
    return {
        "rate": _percent(tally["rate"]),
        "numerator": tally["numerator"],
        "denominator": tally["denominator"],
    }


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.1f}%"


def _interval(limits: Sequence[float] | None) -> str:
    return "" if limits is None else f"{_percent(limits[0])} ～ {_percent(limits[1])}"


def _urls(document: Told, standing: Told) -> dict[str, str]:
    """Return the ways to the orders behind a unit's figures, excluded ones among them."""
    asked = {"from": document["since"], "until": document["until"]}
    query = urlencode({**asked, "department": standing["unit"], "part": "all"})
    return {code: f"{INDICATORS}/{code}/behind?{query}" for code in standing["parts"]}


def _letter(document: Told, standing: Told) -> str:
    if standing["band"] != Band.BELOW:
        return ""
    asked = {"from": document["since"], "until": document["until"]}
    return f"{LETTERS}/new?{urlencode({'department': standing['unit'], **asked})}"
