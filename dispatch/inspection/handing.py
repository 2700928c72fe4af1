"""移交: open work of somebody who is away is given to another who may inspect and see it."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from dispatch.inspection import blindness, inspections, notices, plans, telling
from dispatch.inspection.inspections import Marks
from dispatch.inspection.models_inspection import Inspection
from dispatch.inspection.states import Action, State, advance
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotAllowed
from hotline.core.events import EventType
from hotline.core.security import Permission, may


class Why(StrEnum):
    """移交原因."""

    AWAY = "away"  # 请假、外出
    WORKLOAD = "workload"  # 任务过多
    RECUSED = "recused"  # 回避
    OTHER = "other"


def hand_over(
    session: Session, inspection: Inspection, to: str, why: Why, *, actor: Actor, now: datetime
) -> Inspection:
    """移交: give the locked inspection to `to`, who marks it anew.

    Raises NotAllowed as `_require_giver` does, Conflict for what is submitted or theirs already,
    Invalid for who may not inspect or see it, did the work, or marks another sheet of it.
    """
    _require_giver(inspection, to, actor)
    state = advance(State(inspection.state), Action.HAND)
    if to == inspection.inspector:
        raise Conflict("They have it already.", remedy="Name somebody else.")
    require_eligible(session, inspection, to)
    inspection.state, inspection.inspector = state, to
    inspections.keep(session, inspection, Marks())
    chain, done = inspections.chain(inspection), EventType.INSPECTION_HANDED_OVER
    refs = {"inspection": inspection.id, "why": why.value}
    telling.tell(session, chain, done, actor=actor, now=now, **refs)
    notices.given(session, [inspection], now=now)
    return inspection


def may_be_handed(inspection: Inspection, actor: Actor) -> bool:
    """Return whether the actor, who may hand work on, may hand this on now."""
    strange = actor.name != inspection.agent and not inspection.calibration_id
    return inspections.is_open(inspection) and strange and _gives(inspection, actor)


def require_eligible(session: Session, inspection: Inspection, name: str) -> None:
    """Raise Invalid for who may not inspect this, did it, or marks another sheet of it."""
    if name == inspection.agent or not plans.seen(session, name, [inspection]):
        raise Invalid(f"{name!r} may not inspect this.", remedy="Name another inspector.")
    if blindness.have_marked(session, [inspection], [name]):
        raise Invalid(f"{name!r} marks it elsewhere.", remedy="Name another inspector.")


def _gives(inspection: Inspection, actor: Actor) -> bool:
    """Return whether it is the actor's to give: their own, or they decide in the room."""
    return inspection.inspector == actor.name or may(actor, Permission.INSPECTION_DECIDE)


def _require_giver(inspection: Inspection, to: str, actor: Actor) -> None:
    """Raise NotAllowed for one's own work, a calibration's sheet, another's, and for oneself.

    Nobody picks by it whom they inspect: work is drawn and given by the plan.
    """
    if actor.name == inspection.agent:
        raise NotAllowed("It is your own work.", remedy="Leave it to somebody else.")
    if inspection.calibration_id:
        raise NotAllowed("A calibration's sheet is not handed on.", remedy="Close it without them.")
    if not _gives(inspection, actor):
        raise NotAllowed("Another inspector has it.", remedy="Ask a team lead to hand it on.")
    if to == actor.name != inspection.inspector:
        raise NotAllowed("Nobody hands work to themselves.", remedy="Name somebody else.")
