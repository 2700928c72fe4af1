"""A problem in words: a line of the list, its milestones, and its figures before and after."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlmodel import Session

from dispatch.indicators import definitions
from dispatch.indicators.terms import Kind
from dispatch.problems import milestones, moving
from dispatch.problems.before_after import Counted, Days
from dispatch.problems.measuring import BeforeAfter
from dispatch.problems.models_problems import MilestoneMove, Problem, ProblemMilestone
from dispatch.problems.states import OPEN
from hotline.console.callings import called
from hotline.console.words import name_of, reading, say
from hotline.core.clock import beijing_day
from knowledge import names


@dataclass(frozen=True)
class Line:
    """One problem in words; `next` says which milestone waits and until when."""

    row: Problem
    state: str
    open: bool
    place: str
    matter: str
    lead: str
    helping: str
    goal: str
    owner: str
    next: str
    late: bool


@dataclass(frozen=True)
class Milestone:
    position: int
    name: str
    due: date
    late: bool
    done: bool
    report: str
    reported: date | None
    first: date | None  # the day of the listed plan, where another holds now
    moves: list[str]  # what was asked and decided, in words
    asked: date | None  # the later day that waits for its decision


@dataclass(frozen=True)
class Side:
    """One period of the comparison: its days, its value, and what the value is of."""

    days: str
    value: str
    sums: str


@dataclass(frozen=True)
class Compared:
    before: Side
    after: Side
    change: str
    judged: str


def lines(session: Session, found: Sequence[Problem], *, now: datetime) -> list[Line]:
    """Return the problems in words."""
    places = names.district_names(session, {each.district for each in found})
    codes = {code for each in found for code in (each.lead_department, *each.assisting)}
    departments = names.department_names(session, codes)
    people = called(session, {each.owner for each in found})
    return [_line(session, each, places, departments, people, now) for each in found]


def steps(session: Session, problem: Problem, *, now: datetime) -> list[Milestone]:
    """Return the problem's milestones in words."""
    moves, running = moving.of(session, problem), problem.state in OPEN
    return [
        _step(each, moves.get(each.id or 0, ()), now, running=running)
        for each in milestones.of(session, problem)
    ]


def _step(
    row: ProblemMilestone, moves: Sequence[MilestoneMove], now: datetime, *, running: bool
) -> Milestone:
    first, done = moving.first_day(row, moves), row.done_at is not None
    waits = [each.asked_due_on for each in moves if not each.decided_at]
    return Milestone(
        row.position,
        row.name,
        row.due_on,
        milestones.is_late(row, now) and running,
        done,
        row.report,
        beijing_day(row.reported_at) if row.reported_at else None,
        first if first != row.due_on else None,
        [_moved(each) for each in moves],
        waits[0] if waits and running and not done else None,
    )


def _moved(row: MilestoneMove) -> str:
    """Return what was asked or set, with every reason, as a sentence."""
    said = {"was": row.was_due_on, "asked": row.asked_due_on, "reason": row.reason}
    if row.decided_at is None:
        return say("problems.move_asked", **said)
    if row.due_on is None:
        return say("problems.move_refused", answer=row.answer, **said)
    if not row.answer:
        return say("problems.move_set", **said)
    return say("problems.move_granted", day=row.due_on, answer=row.answer, **said)


def compared(seen: BeforeAfter, problem: Problem, today: date) -> Compared:
    """Return the figures before and after in words; what is not over is not compared yet."""
    rate = definitions.newest(problem.indicator).kind is Kind.RATE
    said, over = seen.comparison, seen.later.last < today
    after = _side(seen.later, said.after, seen.after, rate=rate)
    judged = say("problems.reached" if said.reached else "problems.not_reached")
    return Compared(
        _side(seen.baseline, said.before, seen.before, rate=rate),
        after if over else replace(after, value=say("problems.running")),
        _change(seen, rate=rate) if over else "",
        judged if over else say("problems.not_over"),
    )


def indicator_name(code: str) -> str:
    """Return the indicator's name in the reader's language."""
    found = definitions.newest(code)
    return found.name_en if reading().code == "en" else found.name_zh


def _line(
    session: Session,
    problem: Problem,
    places: dict[str, str],
    departments: dict[str, str],
    people: dict[str, str],
    now: datetime,
) -> Line:
    waiting = [each for each in steps(session, problem, now=now) if not each.done]
    soonest = min(waiting, key=lambda each: each.due, default=None)
    first = soonest if problem.state in OPEN else None
    return Line(
        row=problem,
        state=name_of("problem_state", problem.state),
        open=problem.state in OPEN,
        place=places.get(problem.district, problem.district),
        matter=problem.matter.replace("/", " / ") or say("problems.every_matter"),
        lead=departments.get(problem.lead_department, problem.lead_department),
        helping="、".join(departments.get(code, code) for code in problem.assisting),
        goal=_goal(problem),
        owner=people.get(problem.owner, problem.owner),
        next=say("problems.due", name=first.name, day=first.due) if first else "",
        late=any(each.late for each in waiting),
    )


def _goal(problem: Problem) -> str:
    rate = definitions.newest(problem.indicator).kind is Kind.RATE
    return say(
        "problems.goal_of",
        indicator=indicator_name(problem.indicator),
        aim=name_of("problem_aim", problem.aim),
        target=_value(problem.target, rate=rate),
    )


def _value(value: float | None, *, rate: bool) -> str:
    if value is None:
        return say("problems.no_value")
    return f"{value:.1f}%" if rate else say("problems.a_month", count=f"{value:.1f}")


def _side(days: Days, value: float | None, counted: Counted, *, rate: bool) -> Side:
    sums = f"{counted.numerator} / {counted.denominator}" if rate else str(counted.numerator)
    return Side(f"{days.first} ～ {days.last}", _value(value, rate=rate), sums)


def _change(seen: BeforeAfter, *, rate: bool) -> str:
    said = seen.comparison
    if said.change is None or said.interval is None:
        return say("problems.no_change")
    unit = say("problems.points") if rate else "%"
    sure = say("problems.surely" if said.surely else "problems.not_surely")
    low, high = f"{said.interval.low:+.1f}", f"{said.interval.high:+.1f}"
    told = f"{said.change:+.1f}"
    return say("problems.change", change=told, unit=unit, low=low, high=high, sure=sure)
