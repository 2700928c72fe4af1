"""堵点难点 as rows. Texts are masked as they are written and hang on no person and no ticket."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class Problem(SQLModel, table=True):
    """One problem of one year's list."""

    __tablename__ = "problem"
    __table_args__ = (
        Index("ix_problem_year", "year", "state"),
        Index("ix_problem_newest", "proposed_at", "id"),
        Index("ix_problem_lead", "lead_department", "proposed_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    year: int
    state: str
    title: str
    met: str  # what callers meet
    cause: str
    measure: str
    matter: str  # its scope (`scopes`)
    district: str
    lead_department: str
    assisting: list[str] = Field(sa_type=JSONB)
    indicator: str  # the figure by which success is seen, within the scope
    aim: str
    target: float  # percent of a rate, things a month of a count
    baseline_first: date
    baseline_last: date
    owner: str  # who is told of what runs late
    proposed_at: datetime = Field(sa_type=Moment)
    proposed_by: str
    written_by: str  # who wrote it last
    listed_at: datetime | None = Field(default=None, sa_type=Moment)
    listed_by: str = ""
    claimed_at: datetime | None = Field(default=None, sa_type=Moment)
    claimed_by: str = ""
    claim: str = ""
    judged_at: datetime | None = Field(default=None, sa_type=Moment)
    judged_by: str = ""
    judgement: str = ""
    figures: dict[str, Any] | None = Field(default=None, sa_type=JSONB)  # by which it was verified
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str = ""
    end_reason: str = ""
    carried_from: int | None = Field(default=None, unique=True, foreign_key="problem.id")


class ProblemMilestone(SQLModel, table=True):
    """节点: what is to be done by when, and what the lead department reported of it."""

    __tablename__ = "problem_milestone"
    __table_args__ = (
        UniqueConstraint("problem_id", "position"),
        Index(
            "ix_problem_milestone_waiting",
            "due_on",
            postgresql_where=text("done_at IS NULL AND told_late_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    problem_id: int = Field(foreign_key="problem.id")
    position: int
    name: str
    due_on: date  # that day included
    report: str = ""
    reported_at: datetime | None = Field(default=None, sa_type=Moment)
    reported_by: str = ""
    done_at: datetime | None = Field(default=None, sa_type=Moment)
    told_late_at: datetime | None = Field(default=None, sa_type=Moment)


class MilestoneMove(SQLModel, table=True):
    """改期: a later day that the lead department asked for, or that the lister set, and why."""

    __tablename__ = "problem_milestone_move"
    __table_args__ = (
        Index("ix_problem_milestone_move_milestone_id", "milestone_id", "id"),
        Index(
            "uq_problem_milestone_move_asked",
            "milestone_id",
            unique=True,
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    milestone_id: int = Field(foreign_key="problem_milestone.id")
    was_due_on: date
    asked_due_on: date
    reason: str
    asked_at: datetime = Field(sa_type=Moment)
    asked_by: str
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    decided_by: str = ""
    due_on: date | None = None  # the day that was set; none while it is asked, or refused
    answer: str = ""


class ProblemEvidence(SQLModel, table=True):
    """依据: a ticket, a cluster or a hot issue that shows the problem, by its number."""

    __tablename__ = "problem_evidence"

    problem_id: int = Field(primary_key=True, foreign_key="problem.id")
    kind: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)
    by: str
