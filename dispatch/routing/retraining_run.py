"""One scheduled run: train, measure, register, let it judge unseen; each step stands by itself."""

import structlog
from sqlmodel import Session

from dispatch.routing import comparing, fixed_set, registry, retraining, scheduled
from dispatch.routing.models_retraining import Retraining
from dispatch.routing.models_router import RouterModel
from dispatch.routing.promotion import Why, judge
from dispatch.routing.registry import Kind
from dispatch.routing.retraining import TooFew
from dispatch.routing.scheduled import RunState
from hotline.core.accounts import MACHINE
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.errors import HotlineError

log = structlog.get_logger()


def once() -> None:
    """Begin a run, if it is still time, and bring it to its end; what it reads stays in memory."""
    with transaction() as session:
        if not scheduled.due(session, now()):
            return
        run_id = scheduled.begin(session, now=now()).id
    with transaction() as session:
        run(session, session.get_one(Retraining, run_id))


def run(session: Session, row: Retraining) -> None:
    """Train and end the run; what can't be trained on ends it, too."""
    try:
        found = retraining.retrain(
            session,
            Kind.MATTER,
            slices={fixed_set.SLICE: fixed_set.rows()},
            tell=lambda said: log.info("retraining", step=said),
            actor=MACHINE,
            now=now(),
        )
    except TooFew as few:
        had = few.found
        row.rows, row.newest, row.rare = len(had.training), len(had.newest), had.rare
        scheduled.end(session, row, RunState.TOO_FEW, now=now())
        return
    except HotlineError as refusal:
        log.warning("retraining.refused", detail=refusal.detail, remedy=refusal.remedy)
        scheduled.end(session, row, RunState.REFUSED, now=now())
        return
    model = found.row
    row.rows, row.newest = model.rows, int(model.metrics.get("newest", {}).get("rows", 0))
    row.model_id = model.id
    row.shadowed = not found.known and _shadowed(session, model)
    state = RunState.KNOWN if found.known else RunState.REGISTERED
    scheduled.end(session, row, state, now=now())


def _shadowed(session: Session, model: RouterModel) -> bool:
    """Let it judge unseen; return False where another shadow is still at it, or may be promoted.

    One that has its outcomes and is not better by them steps aside.
    """
    other = registry.shadow(session)
    if other:
        verdict = judge(comparing.comparison(session, other, registry.live(session)))
        if verdict.may or verdict.refused == Why.TOO_FEW:
            return False
        registry.stop_shadow(session, other, actor=MACHINE, now=now())
    registry.let_shadow(session, model, actor=MACHINE, now=now())
    return True
