"""对比较结果的申诉: once a department and comparison, decided by who neither ran nor published it.

Upheld, it changes no number: the comparison is withdrawn by a person, and run again.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.comparing import notices, telling, terms
from dispatch.comparing.models_comparing import Comparison, ComparisonAppeal
from dispatch.comparing.notices import Says, district_of
from dispatch.comparing.states import RunState
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, NotAllowed, NotFound
from hotline.core.events import EventType


def appeal(
    session: Session, run: Comparison, statement: str, *, actor: Actor, now: datetime
) -> ComparisonAppeal:
    """申诉: say in time what is wrong with one's own place; the comparison is locked.

    `run` was found by `places.find`: the department is in it. Raises Conflict and Invalid.
    """
    if of(session, run, actor.department):
        raise Conflict("You appealed against this comparison.", remedy="One appeal is all.")
    if run.appeal_by is None or now > run.appeal_by:
        raise Conflict("The time to appeal is over.", remedy="Appeal sooner next time.")
    row = ComparisonAppeal(
        comparison_id=run.id or 0,
        department=actor.department,
        statement=privacy.mask_text(telling.words(statement, "Say what is wrong.")),
        at=now,
        by=str(actor),
        decide_by=terms.due_at(session, district_of(run), "decide_by", now=now),
    )
    session.add(row)
    appealed = EventType.COMPARISON_APPEALED
    telling.of_run(session, run, appealed, actor=actor, now=now, department=row.department)
    notices.appeal_waits(session, run, row, now=now)
    return row


def decide(
    session: Session,
    run: Comparison,
    department: str,
    upheld: bool,
    note: str,
    *,
    actor: Actor,
    now: datetime,
) -> ComparisonAppeal:
    """裁定: once, by somebody who neither ran nor published it; the comparison is locked."""
    row = of(session, run, department)
    if row is None:
        raise NotFound(f"{department} appealed against nothing here.", remedy="Read it again.")
    if row.decided_at or run.state == RunState.WITHDRAWN:
        raise Conflict("No appeal waits for a decision here.", remedy="Read it again.")
    _require_apart(run, department, actor)
    row.note = privacy.mask_text(telling.words(note, "Say why in a sentence."))
    row.decided_at, row.decided_by, row.upheld = now, str(actor), upheld
    session.add(row)
    type, told = EventType.COMPARISON_APPEAL_DECIDED, {"department": department, "upheld": upheld}
    telling.of_run(session, run, type, actor=actor, now=now, **told)
    notices.tell(session, run, [department], Says.APPEAL_DECIDED, now=now)
    return row


def _require_apart(run: Comparison, department: str, actor: Actor) -> None:
    if str(actor) in (run.run_by, run.published_by) or actor.department == department:
        raise NotAllowed(
            "Who ran or published the comparison does not decide on the appeal.",
            remedy="Let somebody else decide.",
        )


def of(session: Session, run: Comparison, department: str) -> ComparisonAppeal | None:
    """Return what the department said against the comparison."""
    query = select(ComparisonAppeal).where(
        ComparisonAppeal.comparison_id == run.id, ComparisonAppeal.department == department
    )
    return session.exec(query).first()


def of_department(
    session: Session, runs: Sequence[Comparison], department: str
) -> dict[int, ComparisonAppeal]:
    """Return what the department said against these comparisons, by their ids."""
    query = select(ComparisonAppeal).where(
        col(ComparisonAppeal.comparison_id).in_([each.id for each in runs]),
        ComparisonAppeal.department == department,
    )
    return {each.comparison_id: each for each in session.exec(query)}


def of_run(session: Session, run: Comparison) -> Sequence[ComparisonAppeal]:
    """Return all appeals against the comparison, by department: at most one each."""
    query = select(ComparisonAppeal).where(ComparisonAppeal.comparison_id == run.id)
    return session.exec(query.order_by(col(ComparisonAppeal.department))).all()
