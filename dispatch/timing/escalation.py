"""升级: which card each threshold shows, and to whom (domain.md 2.3 and 2.4 [R38])."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dispatch.terms import ClockKind
from dispatch.timing.clocks import Threshold
from hotline.core.events import EventType


class Card(StrEnum):
    YELLOW = "yellow"  # 黄牌
    RED = "red"  # 红牌


class Tier(StrEnum):
    """Who is told: who answers for it, then their leader, then 督办机构."""

    ANSWERABLE = "answerable"
    LEADER = "leader"
    SUPERVISION = "supervision"


@dataclass(frozen=True, slots=True)
class Step:
    """One threshold's card, and how far up it goes."""

    card: Card
    event: EventType
    tier: Tier


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for what a clock runs on; without a department it is the hotline's own desk."""

    district: str
    department: str = ""
    order: str = ""
    order_id: int | None = None


STEPS: Mapping[Threshold, Step] = {
    Threshold.WARNING: Step(Card.YELLOW, EventType.CLOCK_WARNING, Tier.ANSWERABLE),
    Threshold.DUE: Step(Card.RED, EventType.CLOCK_DUE, Tier.ANSWERABLE),
    Threshold.OVERDUE: Step(Card.RED, EventType.CLOCK_OVERDUE, Tier.LEADER),
    Threshold.ESCALATED: Step(Card.RED, EventType.CLOCK_ESCALATED, Tier.SUPERVISION),
}

# A 督办 that is not answered goes back to who raised it, and raises no further one.
_TIERS: Mapping[tuple[ClockKind, Threshold], Tier] = {
    (ClockKind.FEEDBACK_BY, Threshold.OVERDUE): Tier.SUPERVISION,
}


def recipient_of(kind: str, threshold: Threshold, owner: Owner) -> str:
    """Return the code of whom this threshold's card is shown to."""
    tier = _TIERS.get((ClockKind(kind), threshold), STEPS[threshold].tier)
    return recipient(tier, owner)


def recipient(tier: Tier, owner: Owner) -> str:
    """Return the tier's code above this owner."""
    if tier is Tier.SUPERVISION:
        return f"supervision:{owner.district}"
    if tier is Tier.LEADER:
        code = owner.department
        return f"leader:{code}" if code else f"team_lead:{owner.district}"
    return f"department:{owner.department}" if owner.department else f"agents:{owner.district}"
