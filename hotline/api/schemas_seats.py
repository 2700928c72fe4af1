"""Seats over the wire."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.api.fields import Code, Text
from hotline.api.schemas import BeijingTime, Out
from telephony.acd.skills import LEVELS
from telephony.models import SeatKind

MOST_SKILLS = 40

Skill = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9:_-]{1,64}$")]
Level = Annotated[int, Field(ge=LEVELS.start, lt=LEVELS.stop)]


class SeatIn(BaseModel):
    """Where its agent talks: the browser, or the telephone that listens at `address`."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "desk", "address": "sip:1001@127.0.0.1:5080"}]}
    )

    kind: SeatKind = SeatKind.DESK
    address: Text = ""


class PauseIn(BaseModel):
    reason: Code = Field(examples=["用餐"])


class SkillsIn(BaseModel):
    """Levels from 1 to 9 by language (`bo`), dialect (`bo-kham`) or matter (`matter:0101`)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"skills": {"zh": 9, "bo": 6}}]})

    skills: dict[Skill, Level] = Field(max_length=MOST_SKILLS)


class SeatOut(Out):
    """A seat: `status` is what it is, `wanted` what its agent wants it to be after a call."""

    username: str
    kind: str
    address: str
    status: str
    wanted: str
    pause_reason: str
    since: BeijingTime
    call: str | None
    skills: dict[str, int]
    since_login: BeijingTime | None
    calls: int = Field(description="Taken since the log-in.")
    missed: int = Field(description="Offers in a row that nobody took.")
    wrap_up_until: BeijingTime | None


class SeatList(BaseModel):
    items: list[SeatOut]
