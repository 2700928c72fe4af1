"""日历与时限规则 as rows: versions that are never changed, the newest word winning."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class CalendarVersion(SQLModel, table=True):
    """One notice file as it was taken in."""

    __tablename__ = "calendar_version"

    id: int | None = Field(default=None, primary_key=True)
    file: str
    digest: str
    note: str = ""
    at: datetime = Field(sa_type=Moment)
    by: str


class CalendarDay(SQLModel, table=True):
    """What a version says of one date in one layer."""

    __tablename__ = "calendar_day"

    version_id: int = Field(foreign_key="calendar_version.id", primary_key=True)
    layer: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    kind: str
    name: str
    notice: str
    publisher: str = ""
    issued: date | None = None
    found_at: str = ""


class CalendarReckoning(SQLModel, table=True):
    """How far the running clocks have been reckoned by a version; it survives every crash."""

    __tablename__ = "calendar_reckoning"
    __table_args__ = (
        Index(
            "ix_calendar_reckoning_open",
            "version_id",
            postgresql_where=text("finished_at IS NULL"),
        ),
    )

    version_id: int = Field(foreign_key="calendar_version.id", primary_key=True)
    after_ticket: int = 0
    skipped: int = 0  # tickets that somebody else held in this pass; another pass follows
    reckoned: int = 0
    moved: int = 0
    finished_at: datetime | None = Field(default=None, sa_type=Moment)


class PolicyVersion(SQLModel, table=True):
    """One profile of limits as it was taken in; its newest version is in force."""

    __tablename__ = "policy_version"

    id: int | None = Field(default=None, primary_key=True)
    profile: str = Field(index=True)
    file: str
    digest: str
    note: str = ""
    packaged: bool = False  # ours: a newer package renews it, a site's own is never touched
    at: datetime = Field(sa_type=Moment)
    by: str


class PolicyRow(SQLModel, table=True):
    """One limit of a version, in the words of its file; None names every type or class."""

    __tablename__ = "policy_row"
    __table_args__ = (UniqueConstraint("version_id", "place"),)

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="policy_version.id")
    place: int  # its line among the profile's own
    clock: str
    request_type: str | None = None
    urgency: str | None = None
    time_class: str | None = None
    limit: str
    starts_at: str
    moves_off_days: bool
    pauses: str
    ends_at: str
    calendar: str
    warning_percent: int
    since: date | None = None
    until: date | None = None
    source: str
