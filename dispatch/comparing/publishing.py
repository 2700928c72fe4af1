"""公布与撤回 of a comparison: by somebody else than who ran it, to whom its scheme says."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from dispatch.comparing import notices, telling, terms
from dispatch.comparing.models_comparing import Comparison, ComparisonScheme
from dispatch.comparing.notices import Says
from dispatch.comparing.states import RUN, RunAction, RunState, advance
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, NotAllowed
from hotline.core.events import EventType

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('comparison_published'))")


def publish(session: Session, run: Comparison, *, actor: Actor, now: datetime) -> Comparison:
    """公布: tell whom the scheme names; departments are told, and may appeal for some days.

    The comparison is locked. Raises Conflict for a simulation, for one that was published before
    or while another of its scheme and days is, and NotAllowed for who ran it.
    """
    if run.simulation:
        raise Conflict("A simulation is not published.", remedy="Run the adopted scheme.")
    if str(actor) == run.run_by:
        raise NotAllowed("Who ran a comparison does not publish it.", remedy="Let somebody else.")
    state = advance(RUN, RunState(run.state), RunAction.PUBLISH)
    _require_only_one(session, run)
    run.state = state
    run.published_at, run.published_by = now, str(actor)
    run.appeal_by = terms.due_at(session, notices.district_of(run), "appeal_by", now=now)
    published = EventType.COMPARISON_PUBLISHED
    telling.of_run(session, run, published, actor=actor, now=now, publication=run.publication)
    notices.tell_all(session, run, Says.PUBLISHED, now=now)
    return run


def withdraw(
    session: Session, run: Comparison, reason: str, *, actor: Actor, now: datetime
) -> Comparison:
    """撤回: it stays on record, and is told to nobody any more; who was told is told so.

    The comparison is locked. Raises Conflict and Invalid.
    """
    state = advance(RUN, RunState(run.state), RunAction.WITHDRAW)
    said = telling.words(reason, "Say why it is withdrawn.")
    run.state, run.withdrawn_at, run.withdrawn_by = state, now, str(actor)
    run.withdrawn_reason = privacy.mask_text(said)
    telling.of_run(session, run, EventType.COMPARISON_WITHDRAWN, actor=actor, now=now)
    if run.published_at:
        notices.tell_all(session, run, Says.WITHDRAWN, now=now)
    return run


def _require_only_one(session: Session, run: Comparison) -> None:
    """Raise Conflict while its scheme, in whatever version, tells of the same days otherwise."""
    session.execute(_ONE_AT_A_TIME)
    name = session.get_one(ComparisonScheme, run.scheme_id).name
    query = (
        select(Comparison.id)
        .join(ComparisonScheme, col(ComparisonScheme.id) == Comparison.scheme_id)
        .where(ComparisonScheme.name == name, Comparison.district == run.district)
        .where(Comparison.since == run.since, Comparison.until == run.until)
        .where(Comparison.state == RunState.PUBLISHED, Comparison.id != run.id)
    )
    if session.exec(query).first():
        raise Conflict(
            "Another comparison of this period was published.", remedy="Withdraw that one first."
        )
