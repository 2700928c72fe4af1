"""推演的输入: all that a result depends on, written with the row when it is asked for."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from dispatch.indicators import weights
from dispatch.indicators.document import RATES
from dispatch.replays.changes import Changes, DayChange, LimitChange, RoutingChange
from dispatch.replays.limits_edited import edited
from dispatch.routing import registry
from dispatch.routing.registry import Kind
from dispatch.rules import policy_rows
from dispatch.rules.holiday_notices import calendar_with
from dispatch.rules.layers import DayKind
from dispatch.rules.policies import Policy, parse_policies
from dispatch.rules.policy_text import text_of
from hotline.core.clock import beijing_day
from hotline.core.errors import Invalid
from nlp import known_models
from nlp.model_files import MATTERS

_FILE = "profile"


def written(session: Session, changes: Changes, until: date, *, now: datetime) -> dict[str, Any]:
    """Return the changes with the whole profile and the model they come to, as JSON values.

    Raises Invalid for a layer or a model that can't be replayed, NotFound for no model.
    """
    today = beijing_day(now)
    told: dict[str, Any] = {
        "limits": [_limit(each) for each in changes.limits],
        "days": [{**asdict(each), "day": each.day.isoformat()} for each in changes.days],
    }
    if changes.limits:
        told["profile"] = text_of(edited(policy_rows.current(session), changes.limits, today))
    for each in changes.days:
        _require_layer(each)
    if changes.weights is not None:
        held = weights.on(until)
        told["weights"] = {rate: changes.weights[rate] for rate in RATES}
        told["weights_before"] = {rate: held.of(rate) for rate in RATES} if held else {}
    if changes.routing is not None:
        told["routing"] = _routing(session, changes.routing)
    return told


def profile_of(inputs: dict[str, Any]) -> tuple[Policy, ...] | None:
    """Return the limits that the replay goes by; None where they are those that held."""
    return parse_policies(_FILE, inputs["profile"]) if "profile" in inputs else None


def days_of(inputs: dict[str, Any]) -> tuple[DayChange, ...]:
    """Return the days that the replay's calendars say something else of."""
    return tuple(
        DayChange(
            each["layer"], date.fromisoformat(each["day"]), DayKind(each["kind"]), each["name"]
        )
        for each in inputs["days"]
    )


def _limit(change: LimitChange) -> dict[str, Any]:
    """Return the case, its limit, and those other terms that were given."""
    always = ("clock", "request_type", "urgency", "time_class", "limit")
    told = asdict(change)
    return {name: each for name, each in told.items() if name in always or each is not None}


def _require_layer(change: DayChange) -> None:
    district, _, unit = change.layer.partition("/")
    calendar = calendar_with(district, [change.as_day()], unit=unit)
    if change.layer not in {layer.code for layer in calendar.layers}:
        raise Invalid(f"There is no calendar layer {change.layer!r}.", remedy="Give a district.")


def _routing(session: Session, change: RoutingChange) -> dict[str, Any]:
    """Return which model, by its content too: a file that was changed since is refused later."""
    row = registry.live(session) if change.model is None else registry.find(session, change.model)
    if row is not None and row.kind != Kind.MATTER:
        raise Invalid(
            f"Model {row.id} names departments; proposals take them from the catalogue.",
            remedy="Choose a model of matters.",
        )
    day = change.catalogue_on
    return {
        "model": row.id if row else None,  # none: the packaged one, of a site without a registry
        "sha256": row.sha256 if row else known_models.digest_of(MATTERS),
        "catalogue_on": day.isoformat() if day else None,
        "threshold": change.threshold,
        "spoken_threshold": change.spoken_threshold,
    }
