"""Calendars and limits over the wire: what is in force, and what would change."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from hotline.api.fields import Code, Sheet, Text
from hotline.api.schemas import BeijingTime, ClockOut, Out

_NOTICE = (
    "layer,date,kind,name,notice,publisher,issued,found_at\n"
    "540100,2027-02-08,off,藏历新年,拉萨市2027年藏历新年放假通知,拉萨市人民政府办公室,2027-01-11,\n"
)
_LIMITS = (
    "profile,clock,request_type,urgency,time_class,limit,starts_at,moves_off_days,pauses,ends_at,"
    "calendar,warning_percent,since,until,source\n"
    "lhasa,reply_by,*,*,*,5wd,dispatched,no,suspension,close,unit,75,2027-01-01,,拉萨市热线办理规程\n"
)


class CalendarIn(BaseModel):
    """放假通知: the CSV file's text; columns as in the packaged `data/calendars` files."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"file": "2027.csv", "text": _NOTICE, "note": "市政府办公室发布"}]
        }
    )

    text: Sheet
    file: Code = "calendar.csv"
    note: Text = ""


class LimitsIn(BaseModel):
    """时限规则: the CSV file's text; columns as in the packaged `data/policies.csv`."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"file": "limits.csv", "text": _LIMITS, "note": ""}]}
    )

    text: Sheet
    file: Code = "policies.csv"
    note: Text = ""


class DayOut(BaseModel):
    """One date of a layer: what was said of it (empty: nothing), and what is said now."""

    layer: str
    date: date
    kind_before: str
    kind: str
    name: str
    notice: str


class MoveOut(Out):
    """A clock that would be due at another time."""

    ticket: str
    subject: str
    kind: str
    due_before: BeijingTime
    due_after: BeijingTime


class PreviewOut(BaseModel):
    """预演: nothing was changed. `moves` are the first of the `moved`."""

    days: list[DayOut] = Field(description="The days that are not said already.")
    touched: int = Field(description="Open clocks that these days can touch.")
    moved: int = Field(description="Those of them that would be due at another time.")
    moves: list[MoveOut]


class VersionOut(BaseModel):
    """A notice file that was taken in, and how far the open clocks were reckoned by it."""

    version: int
    file: str
    digest: str
    note: str
    at: BeijingTime
    by: str
    reckoned: int
    moved: int
    finished_at: BeijingTime | None = Field(description="Empty while clocks are left.")


class CalendarTaken(BaseModel):
    """Null when every day of the file was known already: then nothing was done."""

    version: int = Field(description="The newest version, as If-Match takes it.")
    taken: VersionOut | None


class LayerOut(Out):
    """A layer, the years it has days of, and those whose notice is missing."""

    code: str
    name: str
    announces: bool
    years: list[int]
    missing: list[int]


class CalendarsOut(BaseModel):
    """日历: the layers of a district, widest first, and the newest notices taken in."""

    version: int = Field(description="The newest version, as If-Match takes it.")
    district: str
    layers: list[LayerOut]
    versions: list[VersionOut]


class CellsOut(BaseModel):
    """The cases of a clock that are meant; null names every type, urgency or class."""

    clock: str
    clock_name: str
    request_type: str | None
    urgency: str | None
    time_class: str | None


class TermsOut(BaseModel):
    """What a limit gives a clock."""

    limit: str
    starts_at: str
    moves_off_days: bool
    pauses: str = Field(description="Which waits let it stand still: `suspension`, or `none`.")
    ends_at: str = Field(
        description="When its last day ends: `close`, `midnight` or like 17:30; empty: as its "
        "calendar says."
    )
    calendar: str = Field(description="Whose days off count: `unit`, `ticket` or `national`.")
    warning_percent: int


class LimitOut(CellsOut, TermsOut):
    """One limit in force."""

    since: date | None
    until: date | None
    source: str


class LimitsOut(BaseModel):
    """时限: the rows of the profile in force on a day."""

    version: int = Field(description="The newest version, as If-Match takes it.")
    profile: str
    day: date
    limits: list[LimitOut]


class ProfileOut(Out):
    """What became of one profile; `version` is null when it said the same already."""

    profile: str
    rows: int
    version: int | None
    in_force: bool


class CellChangeOut(CellsOut):
    """Cells that would go by another limit from that day on; null is no limit."""

    day: date
    before: TermsOut | None
    after: TermsOut | None


class GapOut(CellsOut):
    """Cells that would have no limit that starts at that step; the file would be refused."""

    day: date
    starts_at: str


class ProfilePreviewOut(BaseModel):
    profile: str
    rows: int
    in_force: bool
    changes: list[CellChangeOut]
    gaps: list[GapOut]


class LimitsPreviewOut(BaseModel):
    """预演: nothing was changed. Running clocks keep the limit they began with."""

    profiles: list[ProfilePreviewOut]


class LimitsTaken(BaseModel):
    version: int = Field(description="The newest version, as If-Match takes it.")
    profiles: list[ProfileOut]


class DueOut(BaseModel):
    """What `hotline due --json` prints."""

    due: str
    provisional: bool
    trace: list[dict[str, Any]]


class ClockExplained(ClockOut):
    """A clock with the days of its count, and the same in sentences that can be read out."""

    warning_at: BeijingTime
    waits_for: str
    ceiling_at: BeijingTime | None
    calendar_version: int


class ClocksOut(BaseModel):
    items: list[ClockExplained]
