"""公平比较 over the wire: schemes, comparisons, a department's own place, exclusions, appeals."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from dispatch.attachments.evidence import MOST_FILES
from dispatch.comparing import terms
from dispatch.comparing.intervals import Confidence
from dispatch.comparing.scheme import LEAST, MOST, MOST_CLASSED, MOST_INDICATORS, Publication
from dispatch.comparing.states import ExclusionState, Reason, RunState, SchemeState
from hotline.api.fields import Code, Text
from hotline.api.schemas import BeijingTime, Out

Said = Annotated[Text, Field(min_length=1, max_length=2000)]
_SCHEME: dict[str, Any] = {
    "name": "月度考核",
    "indicators": [
        {"code": "resolution", "weight": 60},
        {"code": "satisfaction", "weight": 40, "minimum": 50},
    ],
    "confidence": 95,
    "classes": {},
    "publication": "departments",
    "show_ranks": False,
    "basis": "国办函〔2025〕66号：分档分类，不片面追求排名",
}


class MeasuredIn(BaseModel):
    """One indicator, what it weighs, and the least number of judged orders that it speaks from."""

    code: Code
    weight: Annotated[int, Field(ge=1, le=100)]
    minimum: Annotated[int, Field(ge=LEAST, le=MOST)] | None = Field(
        default=None, description="The usual one where none is said."
    )


class SchemeIn(BaseModel):
    """考核方案."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SCHEME]})

    name: Code
    indicators: Annotated[list[MeasuredIn], Field(min_length=1, max_length=MOST_INDICATORS)]
    confidence: Confidence = Confidence.NINETY_FIVE
    minimum_reason: Text = Field(default_factory=lambda: terms.reason("minimum"))
    basis: Said
    classes: Annotated[dict[Code, Code], Field(max_length=MOST_CLASSED)] = Field(
        default={}, description="The class of departments that are in none of the packaged ones."
    )
    publication: Publication = Publication.OWN
    show_ranks: bool = False
    ranks_basis: Text = ""


class SchemeOut(Out):
    """One version of a scheme; `body` is what it says."""

    id: int
    version: int
    name: str
    number: int
    state: SchemeState
    body: dict[str, Any]
    writers: list[str]
    written_at: BeijingTime
    adopted_at: BeijingTime | None
    adopted_by: str
    retired_at: BeijingTime | None
    retired_by: str


class SchemePage(BaseModel):
    items: list[SchemeOut]
    next: str | None


class RunIn(BaseModel):
    """一次比较 by an adopted scheme, or 试算 of one that is not; both days included."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"scheme": 1, "since": "2026-10-01", "until": "2026-10-31"}]
        }
    )

    scheme: Annotated[int, Field(ge=1, le=2**31 - 1)]
    since: date
    until: date
    simulation: bool = False


class ComparisonOut(Out):
    id: int
    version: int
    scheme_id: int
    since: date
    until: date
    simulation: bool
    state: RunState
    publication: Publication
    run_at: BeijingTime
    run_by: str
    published_at: BeijingTime | None
    published_by: str
    appeal_by: BeijingTime | None
    withdrawn_at: BeijingTime | None
    withdrawn_by: str
    withdrawn_reason: str
    document_hash: str


class ComparisonPage(BaseModel):
    items: list[ComparisonOut]
    next: str | None


class PlaceAppealOut(Out):
    department: str
    statement: str
    at: BeijingTime
    by: str
    decide_by: BeijingTime
    decided_at: BeijingTime | None
    decided_by: str
    upheld: bool | None
    note: str


class ComparisonDetail(ComparisonOut):
    """With what it says, class by class, and the appeals against it."""

    result: list[dict[str, Any]]
    result_before: list[dict[str, Any]] | None = Field(
        description="What the scheme in force said of the same period; of simulations alone."
    )
    excluded: dict[str, int] = Field(description="Orders left out of each department.")
    appeals: list[PlaceAppealOut]


class PlaceOut(Out):
    """本单位的结果; of the others, what the scheme's publication says."""

    comparison: int
    version: int
    name: str
    since: date
    until: date
    published_at: BeijingTime
    appeal_by: BeijingTime
    excluded: int
    group: dict[str, Any]
    own: dict[str, Any]
    spread: dict[str, int] | None = Field(description="Bands of its class without names.")
    others: list[dict[str, Any]]
    appeal: PlaceAppealOut | None


class PlacePage(BaseModel):
    items: list[PlaceOut]
    next: str | None


class PublicOut(BaseModel):
    """What everybody is told: of each class its units' bands, and how many orders were left out."""

    name: str
    since: date
    until: date
    published_at: BeijingTime
    basis: str
    confidence: int
    result: list[dict[str, Any]]
    excluded: dict[str, int]


class PublicPage(BaseModel):
    items: list[PublicOut]
    next: str | None


class WithdrawIn(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "数据有误，重新比较。"}]})

    reason: Said


class StatementIn(BaseModel):
    """申诉."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"statement": "单位分类不当。"}]})

    statement: Said


class DecisionIn(BaseModel):
    """审定或裁定: whether what was asked for is right, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"right": True, "note": "属实。"}]})

    right: bool
    note: Said


class PlaceDecisionIn(DecisionIn):
    """裁定 of what one department said against its place."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"department": "540100-water", "right": True, "note": "属实。"}]
        }
    )

    department: Code


class ExclusionIn(BaseModel):
    """剔除申请."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "order": "202611250001-1",
                    "reason": "not_ours",
                    "statement": "职责在水务部门，见权责清单。",
                    "attachments": [],
                }
            ]
        }
    )

    order: Code
    reason: Reason
    statement: Said
    attachments: list[Code] = Field(
        default=[], max_length=MOST_FILES, description="Evidence: files of one's order, by id."
    )


class ExclusionOut(Out):
    id: int
    version: int
    order: str
    ticket: str
    department: str
    state: ExclusionState
    reason: Reason
    basis: str
    statement: str
    attachments: list[str]
    asked_at: BeijingTime
    asked_by: str
    decide_by: BeijingTime
    decided_at: BeijingTime | None
    decided_by: str
    decision_note: str
    appeal_by: BeijingTime | None
    appealed_at: BeijingTime | None
    appealed_by: str
    appeal_statement: str
    appeal_decided_at: BeijingTime | None
    appeal_decided_by: str
    appeal_note: str


class ExclusionPage(BaseModel):
    items: list[ExclusionOut]
    next: str | None
