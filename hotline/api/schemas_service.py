"""Service modes, shifts and hand-over notes over the wire."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.api.fields import Code, Instant, Text
from hotline.api.schemas import BeijingTime, Out
from telephony.acd.modes import Mode

Desk = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{0,32}$")]


class ModeIn(BaseModel):
    """`normal` ends what is in force now; another one holds from `begins_at`, or from now on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"mode": "surge"}]})

    mode: Mode
    begins_at: Instant | None = None
    ends_at: Instant | None = None


class PeriodOut(Out):
    id: int
    mode: str
    begins_at: BeijingTime
    ends_at: BeijingTime | None = Field(description="None: until further notice.")
    set_by: str


class ModeOut(BaseModel):
    """服务模式: the one in force, and all that are in force or to come."""

    mode: Mode
    periods: list[PeriodOut]


class ShiftIn(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "username": "agent-1",
                    "begins_at": "2026-12-01T09:00:00+08:00",
                    "ends_at": "2026-12-01T17:30:00+08:00",
                }
            ]
        }
    )

    username: Code
    begins_at: Instant
    ends_at: Instant
    desk: Desk = Field("", description="Empty: the day's; `night`, `holiday`: as a mode names it.")


class ShiftOut(BaseModel):
    id: int
    username: str
    name: str
    desk: str
    begins_at: BeijingTime
    ends_at: BeijingTime
    set_by: str


class ShiftList(BaseModel):
    items: list[ShiftOut]


class NoteIn(BaseModel):
    text: Annotated[Text, StringConstraints(min_length=1, max_length=2000)] = Field(
        examples=["色拉路停水，预计 18 点恢复。"]
    )
    desk: Desk = ""


class NoteLeft(BaseModel):
    id: int
    at: BeijingTime


class NoteOut(NoteLeft):
    """交接: what one shift tells the next, and who took over."""

    username: str
    desk: str
    text: str
    read_by: str
    read_at: BeijingTime | None


class NoteList(BaseModel):
    items: list[NoteOut]
