"""改了什么, in a few sentences, from the inputs that a replay keeps."""

from collections.abc import Iterator, Mapping
from typing import Any

from dispatch.indicators.document import RATES
from dispatch.terms import ClockKind, RequestType, TimeClass, Urgency
from hotline.console.countdowns import limit_in_words
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
    clock, terms = ClockKind(row["clock"]).label, say("replays.and").join(_terms(row))
    return say("replays.said_limit", clock=clock, case=case, terms=terms)


def _terms(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield each term that is another one; a replay of before there were others has its limit."""
    if row["limit"]:
        yield limit_in_words(row["limit"])
    if starts := row.get("starts_at"):
        yield say("replays.said_starts", starts=name_of("starts_at", starts))
    for term in ("pauses", "calendar"):
        if chosen := row.get(term):
            yield name_of(f"replay_{term}", chosen)
    if (moves := row.get("moves_off_days")) is not None:
        yield name_of("replay_moves_off_days", "yes" if moves else "no")
    if ends := row.get("ends_at"):
        yield say("replays.said_ends", ends=name_of("replay_ends_at", ends))


def _day(row: Mapping[str, Any]) -> str:
    kind = name_of("replay_day", row["kind"])
    named = say("replays.said_name", name=row["name"]) if row["name"] else ""
    return say("replays.said_day", layer=row["layer"], day=row["day"], kind=kind, name=named)


def _weights(inputs: Mapping[str, Any]) -> str:
    sides = [
        " : ".join(str(inputs[side].get(rate, "—")) for rate in RATES)
        for side in ("weights_before", "weights")
    ]
    return say("replays.said_weights", before=sides[0], after=sides[1])


def _routing(row: Mapping[str, Any]) -> str:
    model, sha = row["model"], row["sha256"][:12]
    parts = [
        say("replays.said_model", model=model, sha=sha)
        if model
        else say("replays.said_packaged", sha=sha)
    ]
    if row["catalogue_on"]:
        parts.append(say("replays.said_catalogue", day=row["catalogue_on"]))
    if row["threshold"] is not None:
        bars = {"typed": row["threshold"], "spoken": row["spoken_threshold"]}
        parts.append(say("replays.said_thresholds", **bars))
    return "；".join(parts)
