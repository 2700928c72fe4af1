"""向社会公布: what everybody is told of a comparison, without figures of a few orders.

A unit's figures below the minimum sample are left out. Those of its class are too where they would
tell it by subtraction: where what was left out is one unit's, or fewer orders than the minimum.
"""

from collections.abc import Mapping
from typing import Any

from dispatch.comparing.bands import Band

Told = Mapping[str, Any]
_FIGURES = ("numerator", "denominator", "rate", "interval")


def result(document: Told) -> list[dict[str, Any]]:
    """Return the document's classes as everybody may read them; a pure function."""
    minimums = {each["code"]: each["minimum"] for each in document["run"]["scheme"]["indicators"]}
    return [_group(group, minimums) for group in document["result"]]


def _group(group: Told, minimums: Mapping[str, int]) -> dict[str, Any]:
    open_codes = {code for code, least in minimums.items() if not _told_apart(group, code, least)}
    like = {code: each if code in open_codes else None for code, each in group["like"].items()}
    return {
        **group,
        "like": like,
        "value": group["value"] if None not in like.values() else None,
        "standings": [_standing(each) for each in group["standings"]],
    }


def _standing(standing: Told) -> dict[str, Any]:
    parts = {
        code: {**part, **dict.fromkeys(_FIGURES)} if part["band"] == Band.FEW else part
        for code, part in standing["parts"].items()
    }
    return {**standing, "parts": parts}


def _told_apart(group: Told, code: str, least: int) -> bool:
    """Return whether the class's figure less those shown would tell of few orders."""
    parts = [each["parts"][code] for each in group["standings"]]
    few = [each["denominator"] for each in parts if each["band"] == Band.FEW]
    few = [each for each in few if each]
    return bool(few) and (len(few) == 1 or sum(few) < least)
