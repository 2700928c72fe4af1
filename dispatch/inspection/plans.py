"""抽检计划: each of its periods is drawn once, by a seed that nobody knows until then."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from dispatch.inspection import cards, drawing, subjects, telling
from dispatch.inspection.models_inspection import InspectionDraw, InspectionPlan
from dispatch.inspection.states import Kind, Period
from dispatch.inspection.subjects import About
from hotline.core import accounts
from hotline.core.accounts import Account, Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import EventType
from hotline.core.security import Permission, may

MOST_PER_AGENT, MOST_DAYS, MOST_INSPECTORS = 50, 60, 50


@dataclass(frozen=True)
class Wish:
    """What a plan is to do; `inspectors` are accounts by name."""

    title: str
    kind: Kind
    period: Period
    per_agent: int
    with_flags: bool
    card: str
    due_days: int
    inspectors: Sequence[str]


def create(session: Session, wish: Wish, *, actor: Actor, now: datetime) -> InspectionPlan:
    """Make a plan, whose first period is the one that runs; raise Invalid, or NotFound for a card.

    Its seed is made now, and told with what it has drawn.
    """
    _require_sound(session, wish)
    plan = InspectionPlan(
        title=wish.title.strip(),
        kind=wish.kind,
        period=wish.period,
        per_agent=wish.per_agent,
        with_flags=wish.with_flags,
        card=wish.card,
        due_days=wish.due_days,
        inspectors=list(dict.fromkeys(wish.inspectors)),
        seed=secrets.token_hex(16),
        begins_on=drawing.last_whole(wish.period, beijing_day(now))[1],
        made_at=now,
        made_by=str(actor),
    )
    session.add(plan)
    tell(session, plan, EventType.INSPECTION_PLANNED, actor, now, kind=plan.kind)
    return plan


def end(session: Session, plan: InspectionPlan, *, actor: Actor, now: datetime) -> InspectionPlan:
    """Let the plan draw nothing more; raise Conflict when it was ended."""
    if plan.ended_at:
        raise Conflict("The plan was ended.", remedy="Make another one.")
    plan.ended_at, plan.version = now, plan.version + 1
    session.add(plan)
    tell(session, plan, EventType.INSPECTION_PLAN_ENDED, actor, now)
    return plan


def listed(session: Session) -> Sequence[InspectionPlan]:
    """Return the plans, those that run first, the newest first."""
    newest = select(InspectionPlan).order_by(
        col(InspectionPlan.ended_at).is_not(None), col(InspectionPlan.id).desc()
    )
    return session.exec(newest.limit(200)).all()


def find(session: Session, plan_id: int, *, lock: bool = False) -> InspectionPlan:
    """Return the plan; raise NotFound."""
    query = select(InspectionPlan).where(InspectionPlan.id == plan_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).first()
    if found is None:
        raise NotFound(f"There is no inspection plan {plan_id}.", remedy="Take one from the list.")
    return found


def span(plan: InspectionPlan, today: date) -> tuple[date, date]:
    """Return the newest period of the plan that is over."""
    return drawing.last_whole(Period(plan.period), today)


def drawn(session: Session, plan: InspectionPlan, today: date) -> bool:
    """Return whether that period was drawn."""
    since, _ = span(plan, today)
    mine = select(InspectionDraw.id).where(InspectionDraw.plan_id == plan.id)
    return session.exec(mine.where(InspectionDraw.since == since)).first() is not None


def may_inspect(account: Account | None) -> bool:
    """Return whether somebody may be given work to inspect."""
    if account is None or account.disabled_at:
        return False
    return may(accounts.as_actor(account), Permission.INSPECTION_SCORE)


def seen(session: Session, name: str, rows: Sequence[About]) -> set[uuid.UUID | int]:
    """Return the calls and tickets of the rows that somebody may still inspect, and may see."""
    account = accounts.find(session, name)
    if account is None or not may_inspect(account):
        return set()
    return subjects.shown(session, accounts.as_actor(account), rows)


def _require_sound(session: Session, wish: Wish) -> None:
    if not wish.title.strip():
        raise Invalid("A plan needs a title.", remedy="Name it.")
    if not 0 <= wish.per_agent <= MOST_PER_AGENT or not (wish.per_agent or wish.with_flags):
        raise Invalid("The plan draws nothing, or too much.", remedy=f"1 to {MOST_PER_AGENT}.")
    if not 1 <= wish.due_days <= MOST_DAYS:
        raise Invalid("The days to inspect are too few or many.", remedy=f"1 to {MOST_DAYS}.")
    require_inspectors(session, wish.inspectors, least=1)
    cards.to_score_by(session, wish.card, wish.kind)


def require_inspectors(session: Session, names: Sequence[str], *, least: int) -> None:
    """Raise Invalid for too few or many of them, or for somebody who may not inspect."""
    if not least <= len(set(names)) <= MOST_INSPECTORS:
        raise Invalid("There are too few or too many inspectors.", remedy="Name some.")
    for name in names:
        if not may_inspect(accounts.find(session, name)):
            raise Invalid(f"{name!r} may not inspect.", remedy="Name a quality inspector.")


def tell(
    session: Session,
    plan: InspectionPlan,
    type: EventType,
    actor: Actor,
    now: datetime,
    **refs: object,
) -> None:
    """Add an event to the plan's history."""
    session.flush()
    chain = f"inspection_plan:{plan.id}"
    telling.tell(session, chain, type, actor=actor, now=now, plan=plan.id, **refs)
