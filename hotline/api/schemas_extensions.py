"""延期 and 待补充 over the wire: what is asked for, and what came of it."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hotline.api.fields import Text
from hotline.api.schemas import BeijingTime, Out

MOST_DAYS = 999


class ExtensionIn(BaseModel):
    """申请延期: how many working days more, counted from the present due time, and why."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"working_days": 5, "reason": "需更换的灯杆正在运输，预计三天后到货"}]
        }
    )

    working_days: Annotated[int, Field(ge=1, le=MOST_DAYS)]
    reason: Text


class DecisionIn(BaseModel):
    """批复延期: granted or not; a refusal says why."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"granted": False, "note": "材料已到货，可按期办结"}]}
    )

    granted: bool
    note: Text = ""


class ExtensionOut(Out):
    """An extension: `count` tells it from the order's others."""

    count: int
    working_days: int
    reason: str
    status: str
    asked_at: BeijingTime
    asked_by: str
    decided_at: BeijingTime | None
    decided_by: str
    note: str
    due_before: BeijingTime = Field(description="When the reply is due without it.")
    due_after: BeijingTime | None = Field(description="When it is due with it, once granted.")


class OrderExtension(ExtensionOut):
    """An extension in a list, with the order that it was asked for."""

    order: str
    department: str


class ExtensionList(BaseModel):
    items: list[ExtensionOut]


class ExtensionPage(BaseModel):
    items: list[OrderExtension]
    next: str | None


class QuestionStatus(StrEnum):
    OPEN = "open"
    ANY = "any"


class QuestionIn(BaseModel):
    """请求补充: what the department must know of the requester."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"question": "请问是哪一盏路灯？附近有什么门牌？"}]}
    )

    question: Text


class InfoAnswerIn(BaseModel):
    """补充: what the requester said, in their own words."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"answer": "在小学东门对面，靠近公交站的那一盏。"}]}
    )

    answer: Text


class InfoOut(Out):
    """A question and its answer, as the department reads them; an empty one is still open."""

    id: int
    question: str
    asked_at: BeijingTime
    asked_by: str
    answer: str
    answered_at: BeijingTime | None
    answered_by: str


class OrderInfo(InfoOut):
    """A question in a list, with its order and the ticket whose requester can answer it."""

    order: str
    department: str
    ticket: str


class InfoPage(BaseModel):
    items: list[OrderInfo]
    next: str | None
