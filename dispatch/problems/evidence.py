"""依据: tickets, clusters and hot issues that show a problem, each for whom may see it alone."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, func, select

from dispatch import tickets
from dispatch.clustering import cluster_record
from dispatch.hot import alerts
from dispatch.models import Confidentiality
from dispatch.problems import telling
from dispatch.problems.models_problems import Problem, ProblemEvidence
from dispatch.problems.states import State
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import EventType

MOST = 50
_ENDED = (State.CLOSED, State.CARRIED_OVER, State.DROPPED)


class Shows(StrEnum):
    TICKET = "ticket"
    CLUSTER = "cluster"
    HOT = "hot"


def add(
    session: Session, problem: Problem, kind: Shows, ref: str, *, actor: Actor, now: datetime
) -> Problem:
    """Name it as evidence of the problem, whose row is locked; twice is as good as once.

    Raises NotFound for what is not to be seen, Conflict of a problem that has ended or has enough,
    Invalid for a sealed ticket: nothing leads to it.
    """
    if problem.state in _ENDED:
        raise Conflict("This problem has ended.", remedy="Add it to another one.")
    _require_fit(session, kind, ref, actor)
    mine = select(func.count()).select_from(ProblemEvidence)
    if session.exec(mine.where(ProblemEvidence.problem_id == problem.id)).one() >= MOST:
        raise Conflict("There is enough evidence.", remedy="The scope holds the other tickets.")
    row = {"problem_id": problem.id, "kind": kind, "ref": ref, "at": now, "by": str(actor)}
    added: Any = session.execute(insert(ProblemEvidence).values(row).on_conflict_do_nothing())
    if added.rowcount:
        telling.tell(
            session, problem, EventType.PROBLEM_EVIDENCED, actor=actor, now=now, shows=kind
        )
    return problem


def of(session: Session, problem: Problem, *, reader: Actor) -> Sequence[ProblemEvidence]:
    """Return what shows the problem and the reader may see, oldest first."""
    mine = select(ProblemEvidence).where(ProblemEvidence.problem_id == problem.id)
    rows = session.exec(mine.order_by(col(ProblemEvidence.at), col(ProblemEvidence.ref))).all()
    return [each for each in rows if _sees(session, each, reader)]


def _sees(session: Session, row: ProblemEvidence, reader: Actor) -> bool:
    try:
        _require_fit(session, Shows(row.kind), row.ref, reader)
    except (NotFound, Invalid):
        return False
    return True


def _require_fit(session: Session, kind: Shows, ref: str, reader: Actor) -> None:
    if kind is Shows.TICKET:
        ticket = tickets.find(session, ref, reader=reader)
        if ticket.confidentiality == Confidentiality.SEALED:
            raise Invalid("A sealed ticket shows nothing here.", remedy="Name another.")
    elif not ref.isdecimal() or len(ref) > 9:
        raise NotFound(f"There is no {kind} {ref!r}.", remedy="Give its number.")
    elif kind is Shows.CLUSTER:
        cluster_record.find(session, int(ref), reader=reader)
    else:
        alerts.find(session, int(ref), reader=reader)
