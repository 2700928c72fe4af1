"""定稿 of long periods: each row waits for the process that freezes it, and says how it went."""

from datetime import date, datetime

from sqlalchemy import Index, SmallInteger
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class IndicatorFreezing(SQLModel, table=True):
    """A long period that is to be frozen, or was, as who asked may count it."""

    __tablename__ = "indicator_freezing"
    __table_args__ = (Index("ix_indicator_freezing_state", "state", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    since: date
    until: date  # included
    asked_by: str
    asked_at: datetime = Field(sa_type=Moment)
    state: str
    trouble: str = ""  # why it waits still, or was refused
    snapshot_id: int | None = Field(default=None, foreign_key="indicator_snapshot.id")
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    tries: int = Field(default=0, sa_type=SmallInteger)
    retry_at: datetime | None = Field(default=None, sa_type=Moment)  # None: at once
