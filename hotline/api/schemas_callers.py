"""What is remembered of callers, over the wire: no number, only the call in which it was said."""

import uuid
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hotline.api.fields import Code
from hotline.api.schemas import BeijingTime, Out
from telephony.models_callers import Care, NotCallReason


class CareMark(StrEnum):
    ELDER = Care.ELDER.value
    CARE = Care.CARE.value
    NONE = "none"


class CareIn(BaseModel):
    """老年人, 需要照顾, or neither any more."""

    care: CareMark = Field(examples=["elder"])


class CareOut(BaseModel):
    care: CareMark


class DoNotCallIn(BaseModel):
    """Whose call it was, or whose ticket; why; and for how many days, left out for ever."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"call": "7f0e2f6a-3f5b-4a1e-9f65-0f2ad3f0a111", "reason": "asked"}]
        }
    )

    call: uuid.UUID | None = None
    ticket: Code = ""
    reason: NotCallReason
    days: Annotated[int, Field(ge=1, le=3660)] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.call is None) == (not self.ticket):
            raise ValueError("names either a call or a ticket")
        return self


class DoNotCallOut(Out):
    """In force until the first of `until` and `removed_at`."""

    id: int
    call: uuid.UUID | None
    reason: str
    in_force: bool
    added_at: BeijingTime
    added_by: str
    until: BeijingTime | None
    removed_at: BeijingTime | None
    removed_by: str


class DoNotCallList(BaseModel):
    items: list[DoNotCallOut]
    next: int | None = Field(description="Pass it as `before` for the next page.")
