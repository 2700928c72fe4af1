"""公布与撤回 of a comparison: by somebody else than who ran it, to whom its scheme says."""

from datetime import datetime

from sqlmodel import Session

from dispatch.comparing import telling, terms
from dispatch.comparing.models_comparing import Comparison
from dispatch.comparing.states import RUN, RunAction, RunState, advance
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, NotAllowed
from hotline.core.events import EventType
from hotline.core.settings import settings


def publish(session: Session, run: Comparison, *, actor: Actor, now: datetime) -> Comparison:
    """公布: tell whom the scheme names; departments may appeal from now on, for some days.

    The comparison is locked. Raises Conflict for a simulation, or one that was published before,
    and NotAllowed for who ran it.
    """
    if run.simulation:
        raise Conflict("A simulation is not published.", remedy="Run the adopted scheme.")
    if str(actor) == run.run_by:
        raise NotAllowed("Who ran a comparison does not publish it.", remedy="Let somebody else.")
    run.state = advance(RUN, RunState(run.state), RunAction.PUBLISH)
    run.published_at, run.published_by = now, str(actor)
    run.appeal_by = terms.due_at(session, district_of(run), "appeal_by", now=now)
    published = EventType.COMPARISON_PUBLISHED
    telling.of_run(session, run, published, actor=actor, now=now, publication=run.publication)
    return run


def withdraw(
    session: Session, run: Comparison, reason: str, *, actor: Actor, now: datetime
) -> Comparison:
    """撤回: it stays on record, and is told to nobody any more. Raises Conflict and Invalid."""
    state = advance(RUN, RunState(run.state), RunAction.WITHDRAW)
    said = telling.words(reason, "Say why it is withdrawn.")
    run.state, run.withdrawn_at, run.withdrawn_by = state, now, str(actor)
    run.withdrawn_reason = privacy.mask_text(said)
    telling.of_run(session, run, EventType.COMPARISON_WITHDRAWN, actor=actor, now=now)
    return run


def district_of(run: Comparison) -> str:
    """Return by whose calendar its days are counted: of its area, else of the site's home."""
    return run.district or settings().district
