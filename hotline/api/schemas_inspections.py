"""质检 over the wire: scores and places, not what was said; notes only where one is read."""

import uuid
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from dispatch.inspection.plans import MOST_DAYS, MOST_INSPECTORS, MOST_PER_AGENT
from dispatch.inspection.scoring import MOST_CRITERIA, Level
from dispatch.inspection.states import Kind, Period, Verdict
from hotline.api.fields import LARGEST_ROW, Code, Text
from hotline.api.schemas import BeijingTime, Out

_MARKS: list[JsonValue] = [
    {"marks": {"greeting": "met", "listening": "partly"}, "fatal": [], "note": "第 42 秒抢话"}
]
_PLAN: list[JsonValue] = [
    {
        "title": "每周通话抽检",
        "kind": "call",
        "period": "week",
        "per_agent": 5,
        "with_flags": True,
        "card": "call-basic",
        "due_days": 5,
        "inspectors": ["dolma"],
    }
]
Codes = Annotated[list[Code], Field(max_length=MOST_CRITERIA)]
Names = Annotated[list[Code], Field(max_length=MOST_INSPECTORS)]
Row = Annotated[int, Field(ge=1, le=LARGEST_ROW)]


class MarksIn(BaseModel):
    """What an inspector marks: a level for each criterion, fatal items by code."""

    model_config = ConfigDict(json_schema_extra={"examples": _MARKS})

    marks: Annotated[dict[Code, Level], Field(max_length=MOST_CRITERIA)] = {}
    fatal: Codes = []
    note: Text = Field("", description="Kept masked, sealed with the requester's key.")


class AppealIn(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"grounds": "对方先说完才开口"}]})

    grounds: Text


class AppealDecisionIn(BaseModel):
    """裁定: `changed` comes with the marks that hold from now on."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"verdict": "upheld", "answer": "录音中确有抢话"}]}
    )

    verdict: Verdict
    answer: Text
    changed: MarksIn | None = None


class FlagJudgementIn(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"false_alarm": True}]})

    false_alarm: bool


class CardIn(BaseModel):
    """A card's new version: `seen` is the number of the one it follows, 0 for a new card."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
    kind: Kind
    seen: Annotated[int, Field(ge=0, le=LARGEST_ROW)] = 0
    body: dict[str, Any] = Field(
        description="`title`, `pass_mark`, `criteria` and `fatal`, as `GET …/cards` shows them."
    )


class ListsIn(BaseModel):
    """The rules' new lists: `seen` is the number of those they follow."""

    seen: Annotated[int, Field(ge=0, le=LARGEST_ROW)]
    body: dict[str, Any] = Field(description="As `GET …/lists` shows them.")


class PlanIn(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": _PLAN})

    title: Code
    kind: Kind
    period: Period
    per_agent: Annotated[int, Field(ge=0, le=MOST_PER_AGENT)]
    with_flags: bool = False
    card: Code
    due_days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 5
    inspectors: Names


class CalibrationIn(BaseModel):
    """校准: the calls or tickets of these inspections, given blind to these inspectors."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"title": "十一月", "inspections": [1, 2], "inspectors": ["a", "b"]}]
        }
    )

    title: Code
    inspections: Annotated[list[Row], Field(max_length=50)]
    inspectors: Names
    due_days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 7


class InspectionOut(Out):
    """A sheet: whose work, before whom, by when, and what it came to."""

    id: int
    version: int
    state: str = Field(description="assigned, draft, submitted, appealed or decided.")
    kind: str
    call_id: uuid.UUID | None
    ticket: str = Field("", description="The ticket's number; empty for a call.")
    agent: str
    inspector: str
    why: str = Field(description="random, flag or calibration.")
    card_id: int
    assigned_at: BeijingTime
    due_at: BeijingTime
    marks: dict[str, str]
    fatal: list[str]
    total: float | None
    passed: bool | None
    submitted_at: BeijingTime | None


class InspectionPage(BaseModel):
    items: list[InspectionOut]
    next: str | None


class FlagOut(Out):
    """自动标记: its rule and version, and where in the transcript or recording it lies."""

    id: int
    version: int
    agent: str
    rule: str
    rule_version: int
    lists: int = Field(description="The version of the lists that it goes by.")
    line: int | None = Field(description="Which of the transcript's lines, from 0.")
    at_s: float | None
    until_s: float | None
    measure: float
    found_at: BeijingTime
    false_alarm: bool | None
    judged_by: str


class AppealOut(BaseModel):
    at: BeijingTime
    grounds: str
    verdict: str
    answer: str
    decided_at: BeijingTime | None
    decided_by: str
    total_before: float | None


class InspectionDetail(InspectionOut):
    """With its flags, its note and its appeal."""

    note: str
    card: dict[str, Any]
    flags: list[FlagOut]
    appeal: AppealOut | None


class CardOut(Out):
    code: str
    number: int = Field(description="Its version; 0 is the packaged one.")
    kind: str
    body: dict[str, Any]
    made_at: BeijingTime | None
    made_by: str


class CardList(BaseModel):
    items: list[CardOut]


class ListsOut(BaseModel):
    number: int = Field(description="0 are the packaged ones.")
    body: dict[str, Any]


class PlanOut(Out):
    """A plan; its seed is told with each draw, and not before."""

    id: int
    version: int
    title: str
    kind: str
    period: str
    per_agent: int
    with_flags: bool
    card: str
    due_days: int
    inspectors: list[str]
    begins_on: date
    made_at: BeijingTime
    made_by: str
    ended_at: BeijingTime | None


class PlanList(BaseModel):
    items: list[PlanOut]


class DrawOut(Out):
    """抽样: SHA-256 over `seed:item` orders the population; the first of each agent are drawn."""

    id: int
    since: date
    until: date
    seed: str
    population: int
    digest: str
    drawn: int
    flagged: int
    unassigned: int
    at: BeijingTime
    by: str


class DrawList(BaseModel):
    items: list[DrawOut]


class AverageOut(Out):
    agent: str
    count: int
    mean: float | None = Field(description="Null below the minimum sample.")
    passed: int
    fatal: int


class PrecisionOut(Out):
    rule: str
    found: int
    judged: int
    confirmed: int
    share: float | None


class FiguresOut(BaseModel):
    minimum_sample: int
    averages: list[AverageOut]
    flags: list[PrecisionOut]


class AgreementOut(BaseModel):
    code: str
    items: int
    raters: int
    share: float | None
    kappa: float | None = Field(description="Null where chance explains every mark.")


class CalibrationOut(Out):
    id: int
    version: int
    title: str
    kind: str
    inspectors: list[str]
    items: int
    opened_at: BeijingTime
    opened_by: str
    closed_at: BeijingTime | None


class CalibrationDetail(CalibrationOut):
    """With how far the inspectors agree, once it is closed."""

    submitted: int
    results: list[AgreementOut]


class CalibrationList(BaseModel):
    items: list[CalibrationOut]
