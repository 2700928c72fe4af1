"""抽样: one period of a plan is drawn, with what shows that it was drawn so, and given out."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, func, select

from dispatch.inspection import cards, drawing, notices, plans, population
from dispatch.inspection.drawing import Work
from dispatch.inspection.models_inspection import Inspection, InspectionDraw, InspectionPlan
from dispatch.inspection.population import Drawable
from dispatch.inspection.states import OPEN, Kind, State, Why
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict
from hotline.core.events import EventType

Chosen = Sequence[tuple[Drawable, Why]]


def draw(session: Session, plan: InspectionPlan, *, actor: Actor, now: datetime) -> InspectionDraw:
    """抽样: draw the newest period that is over, once, from the plan, which is locked.

    Raises Conflict for an ended plan, and for a period that was drawn or is before the plan.
    """
    today = beijing_day(now)
    since, until = plans.span(plan, today)
    if plan.ended_at or since < plan.begins_on or plans.drawn(session, plan, today):
        raise Conflict("The plan has ended, or has drawn this period.", remedy="Wait for the next.")
    whole = population.of(session, Kind(plan.kind), since, until)
    row = InspectionDraw(
        plan_id=plan.id or 0,
        since=since,
        until=until,
        seed=drawing.seed_of(plan.seed, since),
        population=len(whole),
        digest=drawing.digest(each.work for each in whole),
        at=now,
        by=str(actor),
    )
    _give(session, plan, row, _chosen(session, plan, row, whole), now)
    counts = {"drawn": row.drawn, "flagged": row.flagged, "unassigned": row.unassigned}
    plans.tell(session, plan, EventType.INSPECTION_DRAWN, actor, now, draw=row.id, **counts)
    return row


def of(session: Session, plan: InspectionPlan) -> Sequence[InspectionDraw]:
    """Return what the plan drew, the newest period first."""
    mine = select(InspectionDraw).where(InspectionDraw.plan_id == plan.id)
    return session.exec(mine.order_by(col(InspectionDraw.since).desc()).limit(100)).all()


def due(session: Session, *, today: date) -> list[int]:
    """Return the plans that run and have not drawn the newest period that is over."""
    running = select(InspectionPlan).where(col(InspectionPlan.ended_at).is_(None))
    return [
        plan.id or 0
        for plan in session.exec(running.order_by(col(InspectionPlan.id))).all()
        if plans.span(plan, today)[0] >= plan.begins_on and not plans.drawn(session, plan, today)
    ]


def _chosen(
    session: Session, plan: InspectionPlan, row: InspectionDraw, whole: Sequence[Drawable]
) -> Chosen:
    """Return what is to be inspected and is not yet: the sample, and all that is flagged."""
    there: dict[Work, Drawable] = {each.work: each for each in whole}
    chosen = dict.fromkeys(drawing.draw(row.seed, there, plan.per_agent), Why.RANDOM)
    if plan.with_flags:
        flagged = population.flagged(session, Kind(plan.kind), plan.begins_on, row.at)
        there |= {each.work: each for each in flagged}
        chosen |= {each.work: chosen.get(each.work, Why.FLAG) for each in flagged}
    pairs = [(there[work], why) for work, why in chosen.items()]
    return [(each, why) for each, why in pairs if not _inspected(session, each)]


def _give(
    session: Session, plan: InspectionPlan, row: InspectionDraw, chosen: Chosen, now: datetime
) -> None:
    """Keep the draw, and give each of what it chose to an inspector."""
    works = [each.work for each, _ in chosen]
    given = drawing.assign(row.seed, works, _inspectors(session, plan, chosen), _busy(session))
    row.drawn = sum(why is Why.RANDOM for _, why in chosen)
    row.flagged = len(chosen) - row.drawn
    row.unassigned = sum(not name for name in given.values())
    session.add(row)
    session.flush()
    card = cards.to_score_by(session, plan.card, Kind(plan.kind)).id or 0
    due_at = now + timedelta(days=plan.due_days)
    made = [_sheet(row, each, why, given[each.work], card, due_at) for each, why in chosen]
    session.add_all(made)
    session.flush()
    notices.given(session, made, now=now)


def _sheet(
    row: InspectionDraw, each: Drawable, why: Why, inspector: str, card: int, due_at: datetime
) -> Inspection:
    return Inspection(
        state=State.ASSIGNED,
        kind=Kind.CALL if each.call_id else Kind.TICKET,
        call_id=each.call_id,
        ticket_id=each.ticket_id,
        agent=each.work.agent,
        inspector=inspector,
        why=why,
        draw_id=row.id,
        card_id=card,
        assigned_at=row.at,
        due_at=due_at,
    )


def _inspected(session: Session, each: Drawable) -> bool:
    mine = select(Inspection.id).where(col(Inspection.calibration_id).is_(None))
    if each.call_id:
        mine = mine.where(Inspection.call_id == each.call_id)
    else:
        mine = mine.where(
            Inspection.ticket_id == each.ticket_id, Inspection.agent == each.work.agent
        )
    return session.exec(mine).first() is not None


def _busy(session: Session) -> dict[str, int]:
    """Return how much each inspector has before them."""
    waiting = select(Inspection.inspector, func.count()).where(col(Inspection.state).in_(OPEN))
    return dict(session.exec(waiting.group_by(Inspection.inspector)).all())


def _inspectors(session: Session, plan: InspectionPlan, chosen: Chosen) -> dict[str, set[Work]]:
    """Return what of it each of the plan's inspectors may still inspect, and may see."""
    drawn = [each for each, _ in chosen]
    found = {}
    for name in plan.inspectors:
        seen = plans.seen(session, name, drawn)
        found[name] = {each.work for each in drawn if {each.call_id, each.ticket_id} & seen}
    return found
