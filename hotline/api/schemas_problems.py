"""堵点难点 over the wire: masked words, codes, and figures with their sums and intervals."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from dispatch.problems.before_after import Aim
from dispatch.problems.evidence import Shows
from dispatch.problems.states import Action, State
from hotline.api.fields import Code, Text
from hotline.api.schemas import BeijingTime, Out, TicketSummary

Words = Annotated[Text, Field(min_length=1)]
_PLAN: dict[str, JsonValue] = {
    "year": 2026,
    "title": "路灯成片不亮",
    "met": "夜间道路无照明，报修后数周不修。",
    "cause": "管护单位与维修合同未衔接。",
    "measure": "统一移交管护，建立七日修复制度。",
    "matter": "城乡建设/市政设施",
    "district": "540102",
    "lead_department": "540102-urban",
    "assisting": [],
    "indicator": "requests",
    "aim": "at_most",
    "target": 20.0,
    "baseline_first": "2025-03-01",
    "baseline_last": "2025-05-31",
    "owner": "tashi",
    "milestones": [{"name": "完成移交", "due_on": "2026-06-30"}],
}


class StepIn(BaseModel):
    name: Words
    due_on: date


class ProblemIn(BaseModel):
    """提出: `matter` is a path of three levels at most, empty for every matter."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PLAN]})

    year: int = Field(ge=2000, lt=2100)
    title: Words
    met: Words
    cause: Words
    measure: Words
    matter: Text = ""
    district: Code
    lead_department: Text = Field(description="Its code or its full name.")
    assisting: list[Text] = Field(default=[], max_length=20)
    indicator: Code = Field(description="A rate or a count of tickets or orders.")
    aim: Aim
    target: float = Field(ge=0, le=1e9, description="Percent of a rate, things a month of a count.")
    baseline_first: date
    baseline_last: date
    owner: Code
    milestones: list[StepIn] = Field(default=[], max_length=20)


class ProblemActionIn(BaseModel):
    """`begin` and `claim` are the lead department's own, at other doors."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"action": "drop", "reason": "与另一项重复"}]}
    )

    action: Action
    reason: Text = ""


class ClaimIn(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"claim": "灯具已全部更换。"}]})

    claim: Words


class MilestoneReportIn(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"report": "已完成移交。", "done": True}]}
    )

    report: Words
    done: bool = False


class ProblemEvidenceIn(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "hot", "ref": "1"}]})

    kind: Shows
    ref: Code = Field(description="A ticket's number, a cluster's or a hot issue's id.")


class MilestoneMoveIn(BaseModel):
    """改期: the day on which the milestone is to be due, that day included."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"due_on": "2027-01-31", "reason": "灯具到货推迟"}]}
    )

    due_on: date
    reason: Words


class MilestoneRefusalIn(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "汛期前要完成"}]})

    reason: Words


class MilestoneMoveOut(Out):
    """What was asked or set of a milestone's day; `due_on` is null while asked, and if refused."""

    was_due_on: date
    asked_due_on: date
    reason: str
    asked_at: BeijingTime
    asked_by: str
    decided_at: BeijingTime | None
    decided_by: str
    due_on: date | None
    answer: str


class MilestoneOut(Out):
    position: int
    name: str
    due_on: date
    first_due_on: date = Field(description="Of the plan that was listed, wherever it was moved.")
    moves: list[MilestoneMoveOut]
    late: bool
    report: str
    reported_at: BeijingTime | None
    done_at: BeijingTime | None


class ProblemEvidenceOut(Out):
    kind: Shows
    ref: str


class ProblemOut(Out):
    """One problem; `evidence` holds what the reader may see."""

    id: int
    version: int
    year: int
    state: State
    title: str
    met: str
    cause: str
    measure: str
    matter: str
    district: str
    lead_department: str
    assisting: list[str]
    indicator: str
    aim: Aim
    target: float
    baseline_first: date
    baseline_last: date
    owner: str
    proposed_at: BeijingTime
    proposed_by: str
    listed_at: BeijingTime | None
    listed_by: str
    claimed_at: BeijingTime | None
    claim: str
    judged_at: BeijingTime | None
    judged_by: str
    judgement: str
    figures: dict[str, JsonValue] | None = Field(description="By which it was verified.")
    ended_at: BeijingTime | None
    end_reason: str
    carried_from: int | None
    milestones: list[MilestoneOut]
    evidence: list[ProblemEvidenceOut]


class ProblemPage(BaseModel):
    items: list[ProblemOut]
    next: str | None


class DaysOut(Out):
    first: date
    last: date


class CountedOut(Out):
    numerator: int
    denominator: int


class RangeOut(Out):
    low: float
    high: float


class ComparisonOut(Out):
    """`change` and its 95 % `interval`: points of a rate, percent of a count."""

    before: float | None
    after: float | None
    change: float | None
    interval: RangeOut | None
    reached: bool
    surely: bool


class BeforeAfterOut(Out):
    """前后对比 as it stands: both periods are as long and of one season."""

    baseline: DaysOut
    later: DaysOut
    before: CountedOut
    after: CountedOut
    comparison: ComparisonOut


class CandidateOut(Out):
    matter: str
    district: str
    tickets: int
    unsolved: int
    repeated: int
    listed: int | None = Field(description="The year's problem with this very scope.")


class CandidateList(BaseModel):
    items: list[CandidateOut]


class ScopeTicketPage(BaseModel):
    items: list[TicketSummary]
    next: str | None
