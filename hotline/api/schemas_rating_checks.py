"""盲复核, 纸质补录 and 疑似造假 over the wire."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from dispatch.ratings.alert_rules import Rule
from dispatch.ratings.alerts import Decision
from dispatch.ratings.contents import Aspect
from dispatch.requesters.ratings import Reason
from hotline.api.fields import Code
from hotline.api.schemas import BeijingTime, Out

Grade = Annotated[int, Field(ge=1, le=5)]


class PaperIn(BaseModel):
    """纸质补录: what stands on the paper, and the day written on it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "satisfaction": 4,
                    "solved": True,
                    "aspects": {"attitude": 5},
                    "filled_in_on": "2026-11-26",
                }
            ]
        }
    )

    satisfaction: Grade
    contacted: bool | None = None
    solved: bool | None = None
    reasons: list[Reason] = Field(default=[], max_length=len(Reason))
    aspects: dict[Aspect, Grade] = {}
    filled_in_on: date


class BlindOut(Out):
    """One person to ask again; nothing of what was said the first time is in it."""

    id: int
    version: int
    ticket: str = Field(description="Empty until it is answered: the first answer stands there.")
    request_type: str
    text: str = Field(description="Empty for who has not taken it; so are the replies.")
    replies: list[str]
    taken_until: BeijingTime | None = Field(description="Until when it is whoever asks'.")
    asked_at: BeijingTime | None
    agrees: bool | None = Field(description="Null until it is asked, or nothing is comparable.")


class BlindPage(BaseModel):
    items: list[BlindOut]
    next: str | None


class BlindAnswerIn(BaseModel):
    """What was heard the second time."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"reached": True, "contacted": True, "resolved": True, "satisfaction": 5},
                {"reached": False},
            ]
        }
    )

    reached: bool
    contacted: bool | None = None
    resolved: bool | None = None
    satisfaction: Grade | None = None


class BlindDrawIn(BaseModel):
    """抽样: of which week."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"week": "2026-W47"}]})

    week: Code


class BlindFiguresOut(Out):
    """One draw as it is published; with seed and population anybody draws it again."""

    period: str
    seed: str
    percent: float
    population: int
    drawn: int
    asked: int
    reached: int
    compared: int
    disagreed: int
    share: float | None = Field(description="disagreed / compared; null while nothing is.")


class BlindFigures(BaseModel):
    items: list[BlindFiguresOut]


class AlertOut(Out):
    """Something that looks gamed; `evidence` holds numbers, moments and codes."""

    id: int
    version: int
    rule: Rule
    department: str
    evidence: dict[str, Any]
    found_at: BeijingTime
    owner: str
    decision: str
    decided_at: BeijingTime | None
    decided_by: str


class AlertPage(BaseModel):
    items: list[AlertOut]
    next: str | None


class AlertOwnerIn(BaseModel):
    """指定责任人."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"owner": "banzhang-02"}]})

    owner: Code


class AlertDecisionIn(BaseModel):
    """处置."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"decision": "harmless"}]})

    decision: Decision
