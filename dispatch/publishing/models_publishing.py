"""What was published and to whom, as rows. A file is written once and never changed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class StatisticsRelease(SQLModel, table=True):
    """发布: one edition of a month's open data, with the measures by which it was judged."""

    __tablename__ = "statistics_release"
    __table_args__ = (
        UniqueConstraint("month", "edition"),
        Index(
            "uq_statistics_release_open",
            "month",
            unique=True,
            postgresql_where=text("stage IN ('made', 'checked')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    month: str  # `2026-10`
    edition: int  # 1, then one more a correction
    stage: str
    population: int  # tickets that could be told of
    tickets_hash: str  # of which they were
    terms: dict[str, Any] = Field(sa_type=JSONB)  # k, diversity, cell, width, dictionary
    measures: dict[str, Any] = Field(sa_type=JSONB)
    faults: dict[str, int] = Field(sa_type=JSONB)  # how often it may not go out, by why
    changes: dict[str, bool] = Field(sa_type=JSONB)  # against the edition before, by file
    made_at: datetime = Field(sa_type=Moment)
    made_by: str
    checked_at: datetime | None = Field(default=None, sa_type=Moment)
    checked_by: str = ""
    published_at: datetime | None = Field(default=None, sa_type=Moment)
    published_by: str = ""
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str = ""


class StatisticsMaking(SQLModel, table=True):
    """生成: a month whose next edition a job is to make, or made, and how far it is."""

    __tablename__ = "statistics_making"
    __table_args__ = (
        Index(
            "uq_statistics_making_waiting",
            "month",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    month: str
    asked_by: str
    asked_at: datetime = Field(sa_type=Moment)
    state: str
    part: str = ""  # what is being done; empty before the first attempt and at the end
    trouble: str = ""  # why it waits still, or was refused
    tries: int = Field(default=0, sa_type=SmallInteger)
    retry_at: datetime | None = Field(default=None, sa_type=Moment)  # None: at once
    release_id: int | None = Field(default=None, foreign_key="statistics_release.id")
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class ReleaseFile(SQLModel, table=True):
    """One file of a release, as its bytes."""

    __tablename__ = "release_file"

    release_id: int = Field(primary_key=True, foreign_key="statistics_release.id")
    name: str = Field(primary_key=True)
    dataset: str
    grade: str
    rows: int
    size: int
    sha256: str
    body: bytes = Field(sa_type=LargeBinary)


class DataReceiver(SQLModel, table=True):
    """有条件开放的接收方: an organisation that may take what is given on application."""

    __tablename__ = "data_receiver"

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    name: str  # an organisation's
    purpose: str
    shown: str  # how its key begins
    digest: str = Field(unique=True)
    until: date  # the last Beijing day of its term
    registered_at: datetime = Field(sa_type=Moment)
    registered_by: str
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str = ""
