"""What is typed of a problem, and what a form shows of one: one field each, a milestone a line."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import Depends, Form

from dispatch.problems.before_after import Aim, Days
from dispatch.problems.models_problems import Problem, ProblemMilestone
from dispatch.problems.writing import Plan, Step
from hotline.console import form_times
from hotline.console.faults import Misfilled
from hotline.console.words import say
from hotline.console.writes import MOST_LETTERS

Line = Annotated[str, Form(max_length=200)]
Area = Annotated[str, Form(max_length=MOST_LETTERS)]


@dataclass(frozen=True)
class Typed:
    """The form's fields as they were typed, so that a refused one is shown again."""

    year: str = ""
    title: str = ""
    met: str = ""
    cause: str = ""
    measure: str = ""
    matter: str = ""
    district: str = ""
    lead: str = ""
    assisting: str = ""
    indicator: str = "requests"
    aim: str = Aim.AT_MOST
    target: str = ""
    baseline_first: str = ""
    baseline_last: str = ""
    owner: str = ""
    milestones: str = ""

    def plan(self) -> Plan:
        """Return the plan that was typed; raise Misfilled for what is no year, day or number."""
        first, last = form_times.day(self.baseline_first), form_times.day(self.baseline_last)
        if not (self.year.isdecimal() and len(self.year) == 4) or first is None or last is None:
            raise Misfilled(say("problems.no_day"))
        return Plan(
            year=int(self.year),
            title=self.title,
            met=self.met,
            cause=self.cause,
            measure=self.measure,
            matter=self.matter,
            district=self.district,
            lead_department=self.lead,
            assisting=_parted(self.assisting),
            indicator=self.indicator,
            aim=Aim(self.aim) if self.aim in list(Aim) else Aim.AT_MOST,
            target=_number(self.target),
            baseline=Days(first, last),
            owner=self.owner,
            milestones=list(_steps(self.milestones)),
        )


def typed(
    year: Line = "",
    title: Line = "",
    met: Area = "",
    cause: Area = "",
    measure: Area = "",
    matter: Line = "",
    district: Line = "",
    lead: Line = "",
    assisting: Area = "",
    indicator: Line = "",
    aim: Line = "",
    target: Line = "",
    baseline_first: Line = "",
    baseline_last: Line = "",
    owner: Line = "",
    milestones: Area = "",
) -> Typed:
    """Return what was typed, without the sign that no text holds."""
    said = (year, title, met, cause, measure, matter, district, lead, assisting, indicator, aim)
    words = (*said, target, baseline_first, baseline_last, owner, milestones)
    fields = zip(asdict(Typed()), words, strict=True)
    return Typed(**{name: word.replace("\0", "").strip() for name, word in fields})


Filled = Annotated[Typed, Depends(typed)]


def of(problem: Problem, steps: list[ProblemMilestone]) -> Typed:
    """Return the form of a problem that is written already."""
    return Typed(
        year=str(problem.year),
        title=problem.title,
        met=problem.met,
        cause=problem.cause,
        measure=problem.measure,
        matter=problem.matter,
        district=problem.district,
        lead=problem.lead_department,
        assisting="、".join(problem.assisting),
        indicator=problem.indicator,
        aim=problem.aim,
        target=f"{problem.target:g}",
        baseline_first=problem.baseline_first.isoformat(),
        baseline_last=problem.baseline_last.isoformat(),
        owner=problem.owner,
        milestones="\n".join(f"{each.due_on} {each.name}" for each in steps),
    )


def _parted(written: str) -> list[str]:
    return [each.strip() for each in written.replace("、", "\n").splitlines() if each.strip()]


def _steps(written: str) -> Iterator[Step]:
    for line in written.splitlines():
        if not line.strip():
            continue
        day, _, name = line.strip().partition(" ")
        due = form_times.day(day)
        if due is None or not name.strip():
            raise Misfilled(say("problems.no_milestone"))
        yield Step(name.strip(), due)


def _number(written: str) -> float:
    try:
        return float(written.removesuffix("%").strip())
    except ValueError as error:
        raise Misfilled(say("problems.no_target")) from error
