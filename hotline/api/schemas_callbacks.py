"""Callbacks over the wire: whom people ring, and what they heard."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from dispatch.callback.attempts import AttemptOutcome
from dispatch.requesters.ratings import Reason
from hotline.api.schemas import BeijingTime, Out
from hotline.api.schemas_orders import ReplyOut


class Outcome(StrEnum):
    """How a person's attempt went; the rest of the outcomes are a machine's."""

    COMPLETED = AttemptOutcome.COMPLETED.value
    PARTIAL = AttemptOutcome.PARTIAL.value
    HUNG_UP = AttemptOutcome.HUNG_UP.value
    NO_ANSWER = AttemptOutcome.NO_ANSWER.value
    BUSY = AttemptOutcome.BUSY.value
    REJECTED = AttemptOutcome.REJECTED.value
    UNREACHABLE = AttemptOutcome.UNREACHABLE.value


class CallbackResultIn(BaseModel):
    """What the requester expressed; what was not said is left out, and nothing is invented."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"outcome": "completed", "contacted": True, "resolved": True, "satisfaction": 5},
                {"outcome": "no_answer"},
            ]
        }
    )

    outcome: Outcome
    contacted: bool | None = Field(None, description="响应: did the department contact you?")
    resolved: bool | None = Field(None, description="解决: is it solved?")
    satisfaction: Annotated[int, Field(ge=1, le=5)] | None = Field(
        None, description="满意度: 5 very satisfied … 1 very dissatisfied"
    )
    reasons: list[Reason] = Field(
        default=[], max_length=len(Reason), description="差评理由: of 1 and 2 alone."
    )


class AttemptOut(Out):
    attempt: int
    at: BeijingTime
    outcome: str = Field(description="Empty while the attempt is being made.")
    by: str


class CallbackRound(Out):
    """One round of asking the requester, with every attempt."""

    id: int
    round: int
    mode: str
    status: str
    planned_for: BeijingTime
    attempts: int
    contacted: bool | None
    resolved: bool | None
    satisfaction: int | None
    finished_at: BeijingTime | None
    tried: list[AttemptOut]


class CallbackOut(CallbackRound):
    """A callback with what whoever makes it must know of the ticket."""

    ticket: str
    title: str
    request_type: str
    requester: str = Field(description="Masked; reveal it through the ticket, with a reason.")


class CallbackDetail(CallbackOut):
    text: str
    redone: int
    replies: list[ReplyOut] = Field(description="What the departments answered in this round.")


class CallbackPage(BaseModel):
    items: list[CallbackOut]
    next: str | None
