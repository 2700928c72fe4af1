"""质检 as rows: cards, rules' lists, plans and what they drew, flags, scores, appeals.

No word of a call or a ticket stands here in the clear: notes are sealed with the requester's key,
and a flag tells the place in the transcript, not what was said there.
"""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

import dispatch.models  # noqa: F401  # holds tables that ours refer to
from hotline.core.db import Moment

NOTE = "inspection"  # the purpose by which its words are sealed


class ScoreCard(SQLModel, table=True):
    """评分卡: one version of a card, never changed once it is there; 0 is the packaged one."""

    __tablename__ = "score_card"
    __table_args__ = (UniqueConstraint("code", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str
    number: int
    kind: str  # of what: call or ticket
    body: dict[str, Any] = Field(sa_type=JSONB)  # `scoring.Card`
    made_at: datetime | None = Field(default=None, sa_type=Moment)  # None: packaged
    made_by: str = ""


class InspectionLists(SQLModel, table=True):
    """规则词表: one version of the words and limits that flags go by; 0 is the packaged one."""

    __tablename__ = "inspection_lists"

    number: int = Field(primary_key=True)
    body: dict[str, Any] = Field(sa_type=JSONB)  # `lists.Lists`
    made_at: datetime = Field(sa_type=Moment)
    made_by: str


class InspectionPlan(SQLModel, table=True):
    """抽检计划: so many of each agent's calls or tickets a period, and all that is flagged."""

    __tablename__ = "inspection_plan"

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    title: str
    kind: str
    period: str  # day, week or month
    per_agent: int
    with_flags: bool
    card: str  # its code; the newest version of it when a period is drawn
    due_days: int
    inspectors: list[str] = Field(sa_type=JSONB)
    seed: str  # made with the plan, told to nobody before it has drawn
    begins_on: date
    made_at: datetime = Field(sa_type=Moment)
    made_by: str
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class InspectionDraw(SQLModel, table=True):
    """抽样: what one period of a plan was drawn from, so that anybody can draw it again."""

    __tablename__ = "inspection_draw"
    __table_args__ = (UniqueConstraint("plan_id", "since"),)

    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="inspection_plan.id")
    since: date
    until: date  # the first day after it
    seed: str
    population: int
    digest: str  # SHA-256 over the sorted population, `drawing.digest`
    drawn: int = 0
    flagged: int = 0
    unassigned: int = 0  # nobody but who did the work was there to inspect it
    at: datetime = Field(sa_type=Moment)
    by: str


class InspectionScan(SQLModel, table=True):
    """What the rules have looked at, once."""

    __tablename__ = "inspection_scan"

    id: int | None = Field(default=None, primary_key=True)
    call_id: uuid.UUID | None = Field(default=None, foreign_key="call.id", unique=True)
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", unique=True)
    lists: int
    at: datetime = Field(sa_type=Moment)


class InspectionFlag(SQLModel, table=True):
    """自动标记: what a rule found, where, and whether a person says that it is none."""

    __tablename__ = "inspection_flag"
    __table_args__ = (
        Index("ix_inspection_flag_call", "call_id"),
        Index("ix_inspection_flag_ticket", "ticket_id"),
        Index("ix_inspection_flag_found", "found_at", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    call_id: uuid.UUID | None = Field(default=None, foreign_key="call.id")
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id")
    agent: str
    rule: str
    rule_version: int
    lists: int
    line: int | None = None  # which of the transcript's lines, from 0
    at_s: float | None = None  # of the recording
    until_s: float | None = None
    measure: float  # as the rule says: seconds, characters, a share, how many
    found_at: datetime = Field(sa_type=Moment)
    false_alarm: bool | None = None  # None: nobody has looked at it yet
    judged_at: datetime | None = Field(default=None, sa_type=Moment)
    judged_by: str = ""


class Calibration(SQLModel, table=True):
    """校准: the same items given blind to several inspectors."""

    __tablename__ = "inspection_calibration"

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    title: str
    kind: str
    card_id: int = Field(foreign_key="score_card.id")
    inspectors: list[str] = Field(sa_type=JSONB)
    items: int
    opened_at: datetime = Field(sa_type=Moment)
    opened_by: str
    closed_at: datetime | None = Field(default=None, sa_type=Moment)


class Inspection(SQLModel, table=True):
    """质检单: one call or ticket of one agent, before one inspector."""

    __table_args__ = (
        Index("ix_inspection_due", "due_at", "id"),
        Index("ix_inspection_inspector", "inspector", "due_at", "id"),
        Index("ix_inspection_agent", "agent", "submitted_at"),
        Index("ix_inspection_ticket", "ticket_id"),
        Index(
            "uq_inspection_call",
            "call_id",
            unique=True,
            postgresql_where=text("calibration_id IS NULL AND call_id IS NOT NULL"),
        ),
        Index(
            "uq_inspection_ticket",
            *("ticket_id", "agent"),
            unique=True,
            postgresql_where=text("calibration_id IS NULL AND ticket_id IS NOT NULL"),
        ),
        Index(
            "uq_inspection_blind",
            *("calibration_id", "inspector", "call_id", "ticket_id"),
            unique=True,
            postgresql_where=text("calibration_id IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    state: str
    kind: str
    call_id: uuid.UUID | None = Field(default=None, foreign_key="call.id")
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id")
    agent: str  # whose work it is
    inspector: str = ""  # empty: nobody yet
    why: str  # random, flag, calibration
    draw_id: int | None = Field(default=None, foreign_key="inspection_draw.id")
    calibration_id: int | None = Field(
        default=None, foreign_key="inspection_calibration.id", index=True
    )
    card_id: int = Field(foreign_key="score_card.id")
    assigned_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment)
    marks: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)  # criterion → level
    fatal: list[str] = Field(default_factory=list, sa_type=JSONB)
    total: float | None = None
    passed: bool | None = None
    sealed_note: bytes | None = Field(default=None, sa_type=LargeBinary)
    submitted_at: datetime | None = Field(default=None, sa_type=Moment)


class InspectionAppeal(SQLModel, table=True):
    """申诉: the agent's, once; decided by another than the inspector and the agent."""

    __tablename__ = "inspection_appeal"

    inspection_id: int = Field(primary_key=True, foreign_key="inspection.id")
    at: datetime = Field(sa_type=Moment)
    sealed_grounds: bytes = Field(sa_type=LargeBinary)
    verdict: str = ""  # upheld or changed
    sealed_answer: bytes | None = Field(default=None, sa_type=LargeBinary)
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    decided_by: str = ""
    marks_before: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)
    fatal_before: list[str] = Field(default_factory=list, sa_type=JSONB)
    total_before: float | None = None
