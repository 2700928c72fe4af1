"""改了什么, in a few sentences, from the inputs that a replay keeps."""

from collections.abc import Mapping
from typing import Any

from dispatch.indicators.document import RATES
from dispatch.terms import ClockKind, RequestType, TimeClass, Urgency
from hotline.console.words import name_of, say

_FEW = 12


def changed(inputs: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each thing that is held otherwise; one that says so for none."""
    said = [*map(_limit, inputs["limits"]), *map(_day, inputs["days"])]
    if "weights" in inputs:
        said.append(_weights(inputs))
    if "routing" in inputs:
        said.append(_routing(inputs["routing"]))
    if len(said) > _FEW:
        said = [*said[:_FEW], say("replays.and_more", count=len(said) - _FEW)]
    return said or [say("replays.nothing_changed")]


def _limit(row: Mapping[str, Any]) -> str:
    named = [
        RequestType(row["request_type"]).label if row["request_type"] else "",
        Urgency(row["urgency"]).label if row["urgency"] else "",
        TimeClass(row["time_class"]).label if row["time_class"] else "",
    ]
    case = " · ".join(filter(None, named)) or say("replays.every_case")
    return say(
        "replays.said_limit", clock=ClockKind(row["clock"]).label, case=case, limit=row["limit"]
    )


def _day(row: Mapping[str, Any]) -> str:
    kind = name_of("replay_day", row["kind"])
    return say("replays.said_day", layer=row["layer"], day=row["day"], kind=kind, name=row["name"])


def _weights(inputs: Mapping[str, Any]) -> str:
    sides = [
        " : ".join(str(inputs[side].get(rate, "—")) for rate in RATES)
        for side in ("weights_before", "weights")
    ]
    return say("replays.said_weights", before=sides[0], after=sides[1])


def _routing(row: Mapping[str, Any]) -> str:
    parts = [say("replays.said_model", model=row["model"] or "—", sha=row["sha256"][:12])]
    if row["catalogue_on"]:
        parts.append(say("replays.said_catalogue", day=row["catalogue_on"]))
    if row["threshold"] is not None:
        bars = {"typed": row["threshold"], "spoken": row["spoken_threshold"]}
        parts.append(say("replays.said_thresholds", **bars))
    return "；".join(parts)
