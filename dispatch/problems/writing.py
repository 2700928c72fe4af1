"""Proposing a problem and writing it anew, while it is not on the list yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, delete, select

from dispatch.problems import measuring, scopes, telling, terms
from dispatch.problems.before_after import Aim, Days
from dispatch.problems.models_problems import Problem, ProblemMilestone
from dispatch.problems.states import State
from dispatch.sealing import reach
from hotline.core import accounts
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import EventType
from hotline.core.masking import mask_leaving
from hotline.core.security import Permission, may
from knowledge import names
from knowledge.models import District

YEARS = range(2000, 2100)
_TEXTS = ("title", "met", "cause", "measure")


@dataclass(frozen=True)
class Step:
    """A milestone: what is to be done, by the end of which day."""

    name: str
    due_on: date


@dataclass(frozen=True)
class Plan:
    """All that is written of a problem; departments by code or full name, `owner` an account."""

    year: int
    title: str
    met: str
    cause: str
    measure: str
    matter: str
    district: str
    lead_department: str
    indicator: str
    aim: Aim
    target: float
    baseline: Days
    owner: str
    assisting: Sequence[str] = ()
    milestones: Sequence[Step] = ()


def propose(session: Session, plan: Plan, *, actor: Actor, now: datetime) -> Problem:
    """提出: keep it as proposed; what is written is masked.

    Raises Invalid for what can't be meant: an unknown place, department, indicator or owner, a
    place out of the actor's area, a baseline that is not over, a plan without its words.
    """
    by = str(actor)
    written = _written(session, plan, actor, now)
    signed = {"state": State.PROPOSED, "proposed_at": now, "proposed_by": by, "written_by": by}
    problem = Problem.model_validate({**written, **signed})
    session.add(problem)
    session.flush()
    _keep_milestones(session, problem, plan.milestones)
    telling.tell(session, problem, EventType.PROBLEM_PROPOSED, actor=actor, now=now)
    return problem


def change(
    session: Session, problem: Problem, plan: Plan, *, actor: Actor, now: datetime
) -> Problem:
    """Write it anew; whoever did so does not put it on the list. The row is locked.

    Raises Conflict once it is on the list: what was promised then is what is judged.
    """
    if problem.state != State.PROPOSED:
        raise Conflict(
            "A problem on the list is not written anew.",
            remedy="Carry it over or drop it, and propose another.",
        )
    for name, value in _written(session, plan, actor, now).items():
        setattr(problem, name, value)
    problem.written_by = str(actor)
    session.exec(delete(ProblemMilestone).where(col(ProblemMilestone.problem_id) == problem.id))
    _keep_milestones(session, problem, plan.milestones)
    telling.tell(session, problem, EventType.PROBLEM_CHANGED, actor=actor, now=now)
    return problem


def _written(session: Session, plan: Plan, actor: Actor, now: datetime) -> dict[str, object]:
    """Return the columns that a plan fills."""
    _require_meant(plan, now)
    texts = {name: mask_leaving(getattr(plan, name).strip()) for name in _TEXTS}
    if not all(texts.values()):
        raise Invalid(
            "A problem needs its title, what callers meet, its cause and the measure.",
            remedy="Write each of them.",
        )
    lead = _department(session, plan.lead_department)
    helping = dict.fromkeys(_department(session, each) for each in plan.assisting)
    return {
        **texts,
        "year": plan.year,
        "matter": scopes.path(plan.matter),
        "district": _place(session, plan.district, actor),
        "lead_department": lead,
        "assisting": [each for each in helping if each != lead],
        "indicator": plan.indicator,
        "aim": plan.aim,
        "target": plan.target,
        "baseline_first": plan.baseline.first,
        "baseline_last": plan.baseline.last,
        "owner": _owner(session, plan.owner),
    }


def _require_meant(plan: Plan, now: datetime) -> None:
    measuring.require_usable(plan.indicator)
    if plan.year not in YEARS:
        raise Invalid("There is no list of that year.", remedy="Give the year in four digits.")
    if not plan.target >= 0:
        raise Invalid("A target is no less than nothing.", remedy="Give a number.")
    if not 0 < plan.baseline.length <= terms.number("baseline_days_most"):
        raise Invalid("The baseline is no year or less.", remedy="Give its first and last day.")
    if plan.baseline.last >= beijing_day(now):
        raise Invalid("The baseline is not over.", remedy="Take days that are past.")
    if len(plan.milestones) > terms.number("milestones_most"):
        raise Invalid("Too many milestones.", remedy="Put some together.")


def _place(session: Session, code: str, actor: Actor) -> str:
    place = session.get(District, code)
    if place is None:
        raise Invalid(f"There is no district {code!r}.", remedy="Give its code of six digits.")
    inside = select(District.code).where(District.code == code, reach.in_area(actor, _AsTicket))
    if session.exec(inside).first() is None:
        raise Invalid("The district is out of your area.", remedy="Take one within it.")
    return code


class _AsTicket:
    """A district as `reach` reads a ticket's."""

    district = District.code


def _department(session: Session, written: str) -> str:
    try:
        return names.department(session, written.strip()).code
    except NotFound as error:
        raise Invalid(error.detail, remedy="Choose one from the directory.") from error


def _owner(session: Session, name: str) -> str:
    account = accounts.find(session, name)
    if account is None or account.disabled_at:
        raise Invalid("Nobody of this name can own a problem.", remedy="Name an account.")
    if not may(accounts.as_actor(account), Permission.PROBLEM_WRITE):
        raise Invalid("Nobody of this name can own a problem.", remedy="Name a team lead.")
    return name


def _keep_milestones(session: Session, problem: Problem, steps: Sequence[Step]) -> None:
    for position, step in enumerate(steps, start=1):
        name = mask_leaving(step.name.strip())
        if not name:
            raise Invalid("A milestone needs its name.", remedy="Say what is to be done.")
        session.add(
            ProblemMilestone(
                problem_id=problem.id or 0, position=position, name=name, due_on=step.due_on
            )
        )
    session.flush()
