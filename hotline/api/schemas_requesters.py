"""A ticket over the wire as its own requester sees it, and what they may say."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from dispatch.ending.withdrawals import Wish
from dispatch.ratings.contents import Aspect
from dispatch.requesters.additions import MOST_LETTERS
from dispatch.requesters.ratings import Reason
from dispatch.states import TicketStatus
from hotline.api.fields import LARGEST_ROW, Text
from hotline.api.schemas import BeijingTime


class PromiseOut(BaseModel):
    """By when the next thing was promised."""

    model_config = ConfigDict(from_attributes=True)

    kind: str = Field(examples=["reply_by"])
    due_at: BeijingTime
    late: bool
    provisional: bool = Field(description="A 放假通知 is not out yet: the day may move.")


class AnswerOut(BaseModel):
    """What the requester is told, masked."""

    model_config = ConfigDict(from_attributes=True)

    at: BeijingTime
    text: str


class WaitOut(BaseModel):
    """挂账: why it can't be done now, and when that is looked at again."""

    model_config = ConfigDict(from_attributes=True)

    reason: str
    review_on: date


class QuestionOut(BaseModel):
    """待补充: what a department asks the requester, masked."""

    model_config = ConfigDict(from_attributes=True)

    id: int = Field(description="Send it with the answer, as `question`.")
    at: BeijingTime
    text: str


class WrittenOut(BaseModel):
    """What the requester wrote or said after registering, masked."""

    model_config = ConfigDict(from_attributes=True)

    at: BeijingTime
    text: str
    reminder: bool = Field(description="It was counted as a reminder (催办).")


class OwnTicket(BaseModel):
    """办理进展: the ticket as its requester sees it; what a 举报 keeps to itself is empty."""

    model_config = ConfigDict(from_attributes=True)

    number: str = Field(examples=["261125000017"])
    status: TicketStatus
    registered_at: BeijingTime
    matter: str
    departments: list[str]
    promise: PromiseOut | None
    wait: WaitOut | None
    replies: list[AnswerOut]
    declined: str
    receiver: str
    closing: str
    closed_at: BeijingTime | None
    redone: int
    reminders: int
    questions: list[QuestionOut]
    written: list[WrittenOut]
    rating: int | None = Field(description="1 to 5, as the requester expressed it.")
    guarded: bool
    may_add: bool
    may_withdraw: bool
    may_rate: bool


class AddIn(BaseModel):
    """补充: what should be known beside what was said; words of asking again count as 催办."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "路灯在小学门口。"}]})

    text: Text = Field(min_length=1, max_length=MOST_LETTERS)
    question: int | None = Field(
        default=None, ge=1, le=LARGEST_ROW, description="Which of `questions` it answers."
    )


class WithdrawIn(BaseModel):
    """撤回: why, and the status that the requester saw when they decided."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"wish": "settled_otherwise", "seen": "dispatched"}]}
    )

    wish: Wish = Wish.OTHER
    seen: TicketStatus


class RateIn(BaseModel):
    """评价: 1 (非常不满意) to 5 (非常满意); reasons beside 1 and 2 only."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"satisfaction": 2, "contacted": True, "solved": False, "reasons": ["not_solved"]},
                {"satisfaction": 5, "aspects": {"process": 5, "attitude": 4}},
            ]
        }
    )

    satisfaction: int = Field(ge=1, le=5)
    contacted: bool | None = None
    solved: bool | None = None
    reasons: list[Reason] = Field(default=[], max_length=len(Reason))
    aspects: dict[Aspect, Annotated[int, Field(ge=1, le=5)]] = Field(
        default={}, description="评价内容: each 1 to 5, where the requester grades it."
    )
