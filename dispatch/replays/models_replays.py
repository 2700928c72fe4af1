"""推演 as rows: what was asked, how far it has come, and what it found, in codes and numbers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class Replay(SQLModel, table=True):
    """One replay; `inputs` is all that its result depends on beside the data itself."""

    __table_args__ = (
        Index(
            "ix_replay_open",
            "id",
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    name: str
    since: date
    until: date  # included
    changed: list[str] = Field(sa_type=JSONB)  # which of the four (`changes.Part`)
    inputs: dict[str, Any] = Field(sa_type=JSONB)
    inputs_hash: str
    state: str
    part: str = ""  # what is being replayed
    after_day: date | None = None  # the last thing of the part that is done
    after_id: int = 0
    done: int = 0
    total: int = 0
    tries: int = 0  # turns since the last batch that ended
    sealed: int = 0  # orders and tickets that were left out
    reason: str = ""  # why it failed
    result_hash: str = ""
    asked_at: datetime = Field(sa_type=Moment)
    asked_by: str
    started_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class ReplayTally(SQLModel, table=True):
    """What one measure came to, before → after, of one department, place, matter and level."""

    __tablename__ = "replay_tally"
    __table_args__ = (
        UniqueConstraint(
            "replay_id", "measure", "department", "district", "matter", "confidentiality"
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    replay_id: int = Field(foreign_key="replay.id")
    measure: str
    department: str
    district: str
    matter: str
    confidentiality: str
    of_before: int = 0
    some_before: int = 0
    of_after: int = 0
    some_after: int = 0
    gained: int = 0
    lost: int = 0
    reproduced: int = 0  # as the facts have it
    differs: int = 0  # what could not be reproduced, and is compared nowhere


class ReplayFinding(SQLModel, table=True):
    """One order or ticket that flips, or whose past could not be reproduced."""

    __tablename__ = "replay_finding"
    __table_args__ = (
        UniqueConstraint("replay_id", "measure", "thing_id"),
        Index("ix_replay_finding_read", "replay_id", "measure", "sort", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    replay_id: int = Field(foreign_key="replay.id")
    measure: str
    sort: str  # `gained`, `lost` or `differs`
    thing_id: int  # a work order's id; a ticket's for the measures of routing
    ticket_id: int
    department: str
    matter: str
    why: str = ""  # of what differs
    due_before: datetime | None = Field(default=None, sa_type=Moment)
    due_after: datetime | None = Field(default=None, sa_type=Moment)
    was: str = ""  # the department or matter that was proposed
    becomes: str = ""
