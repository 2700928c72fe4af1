"""What an entry must show to dispatch by itself: the packaged rule, or the site's own."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

from sqlmodel import Session, select

from dispatch.routing.bars import LEVELS, EarningRule
from dispatch.routing.models_earned import EarningRuleRow
from dispatch.rules.sheet import Line, read_sheet
from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.errors import Invalid
from hotline.core.events import EventType
from hotline.core.privacy import mask_text

PACKAGED = Path(__file__).parents[1] / "data" / "earning.csv"
COLUMNS = ("heard", "least_outcomes", "least_precision", "window_days", "lowest")
# Less is no evidence, whoever wishes it: design §4 asks for 95 %.
LEAST_OUTCOMES, LEAST_PRECISION, LONGEST_WINDOW = 50, 0.95, 730
LONGEST_REASON = 500


class Heard(StrEnum):
    """How a request came: written down by a person, or recognised from speech."""

    TYPED = "typed"
    SPOKEN = "spoken"

    @classmethod
    def of(cls, spoken: bool) -> "Heard":
        return cls.SPOKEN if spoken else cls.TYPED


def current(session: Session) -> Mapping[Heard, EarningRule]:
    """Return the rules in force, the site's own before the packaged ones."""
    own = {
        Heard(row.heard): EarningRule(
            row.least_outcomes, row.least_precision, row.window_days, row.lowest
        )
        for row in session.exec(select(EarningRuleRow)).all()
    }
    return {**packaged(), **own}


@cache
def packaged() -> Mapping[Heard, EarningRule]:
    """Return the rules that come with the package."""
    return dict(read_sheet(PACKAGED, COLUMNS, _read, lambda found: found[0]))


def change(
    session: Session, heard: Heard, rule: EarningRule, reason: str, *, actor: Actor, now: datetime
) -> None:
    """Let this rule hold from the next sweep on; raise Invalid for a weaker one than design §4."""
    said = reason.replace("\0", "").strip()
    if not 0 < len(said) <= LONGEST_REASON:
        raise Invalid("A change of the rule needs a reason.", remedy="Say why in a sentence.")
    _check(rule)
    values = {name: getattr(rule, name) for name in COLUMNS[1:]}
    row = EarningRuleRow(heard=heard, **values, reason=mask_text(said), at=now, by=str(actor))
    session.merge(row)
    session.flush()
    refs = {"heard": heard.value, **values}
    what = EventType.DISPATCH_RULE_CHANGED
    events.append(session, what, chain="earning", actor=str(actor), now=now, **refs)


def _check(rule: EarningRule) -> None:
    fits = (
        rule.least_outcomes >= LEAST_OUTCOMES
        and LEAST_PRECISION <= rule.least_precision < 1
        and 1 <= rule.window_days <= LONGEST_WINDOW
        and LEVELS[0] <= rule.lowest <= LEVELS[-1]
    )
    if not fits:
        raise Invalid(
            "No entry may earn automatic dispatch by this rule.",
            remedy=f"At least {LEAST_OUTCOMES} outcomes, {LEAST_PRECISION:.0%} precision, 1 to "
            f"{LONGEST_WINDOW} days, thresholds from {LEVELS[0]} to {LEVELS[-1]}.",
        )


def _read(line: Line) -> tuple[Heard, EarningRule]:
    return Heard(line["heard"]), EarningRule(
        int(line["least_outcomes"]),
        float(line["least_precision"]),
        int(line["window_days"]),
        float(line["lowest"]),
    )
