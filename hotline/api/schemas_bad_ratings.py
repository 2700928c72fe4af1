"""差评件 over the wire: what was said, how far it is, what was found, and the appeal."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from dispatch.attachments.evidence import MOST_FILES
from dispatch.ratings.stages import Ground, Stage, Verdict
from hotline.api.fields import Code, Text
from hotline.api.schemas import BeijingTime, Out


class VerifyIn(BaseModel):
    """核实."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"verdict": "true", "note": "电话核实，灯仍不亮。"}]}
    )

    verdict: Verdict
    note: Annotated[Text, Field(min_length=1)]


class AppealIn(BaseModel):
    """申诉."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ground": "wrong_rating",
                    "statement": "诉求人表示按错了键，录音可证。",
                    "attachments": [],
                }
            ]
        }
    )

    ground: Ground
    statement: Annotated[Text, Field(min_length=1)]
    attachments: list[Code] = Field(
        default=[], max_length=MOST_FILES, description="Evidence: files of one's order, by id."
    )


class AppealDecisionIn(BaseModel):
    """裁定."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"upheld": True, "note": "录音可证，误评。"}]}
    )

    upheld: bool
    note: Annotated[Text, Field(min_length=1)]


class AppealOut(Out):
    at: BeijingTime
    by: str
    ground: Ground
    statement: str
    attachments: list[str]
    decide_by: BeijingTime
    decided_at: BeijingTime | None
    decided_by: str
    upheld: bool | None
    decision_note: str


class BadRatingOut(Out):
    """One bad rating; `excluded` says why it counts in no indicator, empty while it counts."""

    id: int
    version: int
    ticket: str
    department: str
    round: int
    satisfaction: int
    via: str
    reasons: list[str]
    stage: Stage
    opened_at: BeijingTime
    verify_by: BeijingTime
    appeal_by: BeijingTime
    verdict: str = Field(description="true, false or not_at_fault; empty until it is verified.")
    verified_at: BeijingTime | None
    verified_by: str
    verify_note: str
    answered_at: BeijingTime | None
    asked_again_at: BeijingTime | None
    ended_at: BeijingTime | None
    excluded: str
    appeal: AppealOut | None


class BadRatingPage(BaseModel):
    items: list[BadRatingOut]
    next: str | None


class ExclusionsOut(BaseModel):
    """剔除数: how many ratings of a period count in no indicator, by reason."""

    by_reason: dict[Ground, int]
    total: int
