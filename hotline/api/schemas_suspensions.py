"""挂账 over the wire: who owns what waits, until when, and why."""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from dispatch.beside.suspensions import Outcome
from hotline.api.fields import Code, Text
from hotline.api.schemas import BeijingTime, Out


class SuspendIn(BaseModel):
    """挂账: who takes care of it, when it is looked at again, and what the caller is told."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "owner": "540102-urban",
                    "review_on": "2027-04-15",
                    "public_reason": "冻土期不能开挖路面，待春季解冻后施工",
                }
            ]
        }
    )

    owner: Code = Field(description="A department's code, or an account's name.")
    review_on: date
    public_reason: Text


class Resumption(StrEnum):
    """How a person may end a suspension."""

    FEASIBLE = Outcome.FEASIBLE
    MISTAKEN = Outcome.MISTAKEN


class ResumeIn(BaseModel):
    """结束挂账: it can be done now, or should not have waited."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "feasible"}]})

    outcome: Resumption = Resumption.FEASIBLE


class SuspensionOut(Out):
    owner: str
    review_on: date
    public_reason: str
    at: BeijingTime
    by: str
    ended_at: BeijingTime | None
    ended_by: str
    outcome: str


class SuspendedTicket(SuspensionOut):
    """One line of the register: the suspension with its ticket."""

    ticket: str
    title: str
    district: str


class SuspensionPage(BaseModel):
    items: list[SuspendedTicket]
    next: str | None
