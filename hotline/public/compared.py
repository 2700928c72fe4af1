"""一次比较 as everybody reads it: a table a class, with bands, intervals and what was left out."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from dispatch.comparing import public
from dispatch.indicators import definitions
from hotline.public.words import Say, table
from knowledge import names

Told = Mapping[str, Any]
CLASSES = "comparison_class"


def indicators(scheme: Told) -> list[dict[str, Any]]:
    """Return what was compared and what it weighs, in the order of the tables' columns."""
    whole = sum(each["weight"] for each in scheme["indicators"])
    return [
        {
            "code": each["code"],
            "name": definitions.newest(each["code"]).name_zh,
            "share": f"{100 * each['weight'] / whole:.0f}",
            "minimum": each["minimum"],
            "high": each["high_is_better"],
        }
        for each in sorted(scheme["indicators"], key=lambda each: str(each["code"]))
    ]


def groups(session: Session, document: Told, say: Say) -> list[dict[str, Any]]:
    """Return the document's classes as tables, without the figures that nobody outside reads."""
    result, excluded = public.result(document), document["run"]["excluded"]
    units = [each["unit"] for group in result for each in group["standings"]]
    called = names.department_names(session, units)
    return [
        {
            "name": _class(group["class"], say),
            "units": group["units"],
            "by_chance": group["by_chance"],
            "value": _percent(group["value"]),
            "like": [_part(group["like"][code]) for code in sorted(group["like"])],
            "rows": [_row(each, called, excluded) for each in group["standings"]],
        }
        for group in result
    ]


def _row(standing: Told, called: Mapping[str, str], excluded: Mapping[str, int]) -> dict[str, Any]:
    return {
        "department": called.get(standing["unit"], standing["unit"]),
        "band": standing["band"],
        "rank": standing["rank"],
        "value": _percent(standing["value"]),
        "interval": _interval(standing["interval"]),
        "parts": [_part(standing["parts"][code]) for code in sorted(standing["parts"])],
        "excluded": excluded.get(standing["unit"], 0),
    }


def _part(part: Told | None) -> dict[str, Any]:
    """Return one rate; nothing of it where its figures are told to nobody."""
    told = part or {}
    if told.get("rate") is None:
        return {"band": told.get("band", ""), "rate": "", "interval": "", "some": 0, "of": 0}
    return {
        "band": told.get("band", ""),
        "rate": _percent(told["rate"]),
        "interval": _interval(told.get("interval")),
        "some": told["numerator"],
        "of": told["denominator"],
    }


def _class(code: str, say: Say) -> str:
    """Return the class in words; a class that the site named is its own name."""
    return say(f"{CLASSES}.{code}") if code in table("zh")[CLASSES] else code


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}%"


def _interval(limits: Sequence[float] | None) -> str:
    return "" if limits is None else f"{_percent(limits[0])}–{_percent(limits[1])}"
