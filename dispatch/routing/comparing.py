"""影子对照: what a shadow and the live model said of the same tickets, counted."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, not_
from sqlmodel import Session, col, func, select

from dispatch.models import ProposalRow
from dispatch.routing.models_router import RouterModel, ShadowJudgement
from dispatch.routing.promotion import Comparison


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many tickets both have judged, and of how many they say the same."""

    judged: int
    same_matter: int
    same_department: int


def newest_proposal(session: Session) -> int:
    """Return the last proposal there is, 0 for none."""
    return session.exec(select(func.max(ProposalRow.id))).one() or 0


def agreement(session: Session, shadow: RouterModel, live: RouterModel | None) -> Agreement:
    """Return how far the two agree, of those that the present live model was asked for."""
    row = ShadowJudgement
    counted = session.exec(
        select(
            func.count(),
            func.count().filter(col(row.live_matter) == row.shadow_matter),
            func.count().filter(col(row.live_department) == row.shadow_department),
        ).where(*_between(shadow, live))
    ).one()
    return Agreement(*counted)


def comparison(session: Session, shadow: RouterModel, live: RouterModel | None) -> Comparison:
    """Return who would have named the department that completed the ticket, where that is known."""
    row = ShadowJudgement
    live_hit = col(row.live_department) == row.outcome_department
    shadow_hit = col(row.shadow_department) == row.outcome_department
    counted = session.exec(
        select(
            func.count().filter(and_(live_hit, shadow_hit)),
            func.count().filter(and_(live_hit, not_(shadow_hit))),
            func.count().filter(and_(not_(live_hit), shadow_hit)),
            func.count().filter(and_(not_(live_hit), not_(shadow_hit))),
        ).where(*_between(shadow, live), col(row.outcome_at).is_not(None))
    ).one()
    return Comparison(*counted)


def _between(shadow: RouterModel, live: RouterModel | None) -> list[ColumnElement[bool]]:
    return [
        col(ShadowJudgement.model_id) == shadow.id,
        col(ShadowJudgement.live_id) == (live.id if live else 0),
    ]
