"""影子判断: a shadow is asked about each registered ticket after the fact, beside the live model.

Not while somebody waits: a shadow costs no call and no registration anything. Sealed tickets are
left out; of the others the masked words are read and codes alone are kept.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.models import Confidentiality, OrderRole, ProposalRow, Source, Ticket, WorkOrder
from dispatch.routing import live_model, registry
from dispatch.routing.models_router import RouterModel, ShadowJudgement
from dispatch.routing.proposal import Proposal
from dispatch.routing.registry import State
from dispatch.routing.router import route
from dispatch.states import OrderStatus
from hotline.core.clock import now as clock
from hotline.core.db import transaction
from hotline.core.settings import settings
from knowledge import stored
from knowledge.directory import Directory
from nlp.classifier import Model

BATCH = 100  # two proposals each: about a second
# A proposal whose transaction ended late has a smaller number than some that were judged before.
LATE = 500


def sweep() -> None:
    """Judge what was registered since the last time, and note what has been completed since."""
    with transaction() as session:
        judge(session, home=settings().district, now=clock(), limit=BATCH)
    with transaction() as session:
        settle(session, now=clock(), limit=10 * BATCH)


def judge(session: Session, *, home: str, now: datetime, limit: int) -> int:
    """Ask shadow and live model about tickets neither was compared on; return how many."""
    shadow, live = _claimed(session), registry.live(session)
    if shadow is None or live is None:
        return 0
    waiting = _waiting(session, shadow, limit)
    if not waiting:
        return 0
    directory = stored.current(session)
    models = live_model.current(session), live_model.load(shadow.folder, shadow.sha256)
    for proposed, ticket in waiting:
        said = [_proposed(directory, model, proposed, ticket, home) for model in models]
        session.add(_judgement(shadow, live, proposed, ticket, *said, now=now))
    shadow.judged_to = max(shadow.judged_to, *(proposed.id or 0 for proposed, _ in waiting))
    session.flush()
    return len(waiting)


def settle(session: Session, *, now: datetime, limit: int) -> int:
    """Note which department has completed the judged tickets; return of how many.

    The department that the last lead order was completed by is the one that the ticket was for.
    """
    shadow = _claimed(session)
    if shadow is None:
        return 0
    found = session.exec(
        select(ShadowJudgement, WorkOrder.department)
        .join(WorkOrder, col(WorkOrder.ticket_id) == ShadowJudgement.ticket_id)
        .where(ShadowJudgement.model_id == shadow.id, col(ShadowJudgement.outcome_at).is_(None))
        .where(WorkOrder.status == OrderStatus.COMPLETED, WorkOrder.role == OrderRole.LEAD)
        .where(col(WorkOrder.parent_id).is_(None))
        .order_by(col(WorkOrder.id))
        .limit(limit)
    ).all()
    for row, department in found:
        row.outcome_department, row.outcome_at = department, now
    session.flush()
    return len({row.id for row, _ in found})


def _claimed(session: Session) -> RouterModel | None:
    """Return the shadow, locked; None where there is none or another process is at it."""
    query = select(RouterModel).where(RouterModel.state == State.SHADOW)
    return session.exec(query.with_for_update(skip_locked=True)).first()


def _waiting(
    session: Session, shadow: RouterModel, limit: int
) -> Sequence[tuple[ProposalRow, Ticket]]:
    judged = select(ShadowJudgement.id).where(
        ShadowJudgement.model_id == shadow.id, ShadowJudgement.proposal_id == ProposalRow.id
    )
    return session.exec(
        select(ProposalRow, Ticket)
        .join(Ticket, col(Ticket.id) == ProposalRow.ticket_id)
        .where(col(ProposalRow.id) > shadow.judged_to - LATE, ~judged.exists())
        .where(col(ProposalRow.at) >= shadow.shadow_since)
        .where(Ticket.confidentiality != Confidentiality.SEALED, Ticket.text != "")
        .order_by(col(ProposalRow.id))
        .limit(limit)
    ).all()


def _proposed(
    directory: Directory, model: Model, proposed: ProposalRow, ticket: Ticket, home: str
) -> Proposal:
    return route(
        ticket.text,
        directory=directory,
        model=model,
        home=home,
        at=proposed.at,
        spoken=ticket.source == Source.PHONE_MACHINE,
    )


def _judgement(
    shadow: RouterModel,
    live: RouterModel,
    proposed: ProposalRow,
    ticket: Ticket,
    by_live: Proposal,
    by_shadow: Proposal,
    *,
    now: datetime,
) -> ShadowJudgement:
    return ShadowJudgement(
        model_id=shadow.id or 0,
        live_id=live.id or 0,
        proposal_id=proposed.id or 0,
        ticket_id=ticket.id or 0,
        judged_at=now,
        live_matter=by_live.matter_code,
        shadow_matter=by_shadow.matter_code,
        live_department=by_live.department_code,
        shadow_department=by_shadow.department_code,
        live_confidence=by_live.confidence,
        shadow_confidence=by_shadow.confidence,
    )
