"""公平比较 as rows: schemes in versions, what they said of periods, what departments contest."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

import dispatch.models  # noqa: F401  # holds the tables that ours refer to
from dispatch.sealing.models_vaulted import Vaulted
from hotline.core.db import Moment


class ComparisonScheme(SQLModel, table=True):
    """考核方案, one version: what it says is changed as long as it is not adopted, never after."""

    __tablename__ = "comparison_scheme"
    __table_args__ = (
        UniqueConstraint("name", "number"),
        Index(
            "uq_comparison_scheme_adopted",
            "name",
            unique=True,
            postgresql_where=text("state = 'adopted'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    name: str
    number: int  # of the version under this name, from 1
    state: str
    body: dict[str, Any] = Field(sa_type=JSONB)  # `scheme.body_of`
    writers: list[str] = Field(sa_type=JSONB)  # who wrote in it: none of them adopts it
    written_at: datetime = Field(sa_type=Moment)
    adopted_at: datetime | None = Field(default=None, sa_type=Moment)
    adopted_by: str = ""
    retired_at: datetime | None = Field(default=None, sa_type=Moment)
    retired_by: str = ""


class Comparison(SQLModel, table=True):
    """一次比较: a scheme run on a period, with all that it was made of and what it said."""

    __tablename__ = "comparison"

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    scheme_id: int = Field(foreign_key="comparison_scheme.id", index=True)
    since: date
    until: date  # included
    simulation: bool
    state: str
    district: str  # below which its author counted; empty for the whole site
    clearance: str  # its author's: who is cleared for less does not read it
    publication: str  # as the scheme said
    run_at: datetime = Field(sa_type=Moment)
    run_by: str
    published_at: datetime | None = Field(default=None, sa_type=Moment)
    published_by: str = ""
    appeal_by: datetime | None = Field(default=None, sa_type=Moment)
    withdrawn_at: datetime | None = Field(default=None, sa_type=Moment)
    withdrawn_by: str = ""
    withdrawn_reason: str = ""
    inputs: dict[str, Any] = Field(sa_type=JSONB)
    document: bytes = Field(sa_type=LargeBinary)
    document_hash: str


class ComparisonExclusion(Vaulted, table=True):
    """剔除申请: a department asks that an order be left out of comparisons; once an order."""

    __tablename__ = "comparison_exclusion"
    __table_args__ = (Index("ix_comparison_exclusion_department", "department", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    order_id: int = Field(foreign_key="work_order.id", unique=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    department: str
    state: str
    reason: str
    statement: str
    attachments: list[str] = Field(sa_type=JSONB)  # ids of the order's files that are evidence
    asked_at: datetime = Field(sa_type=Moment)
    asked_by: str
    decide_by: datetime = Field(sa_type=Moment)  # of the appeal, once there is one
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    decided_by: str = ""
    decision_note: str = ""
    appeal_by: datetime | None = Field(default=None, sa_type=Moment)
    appealed_at: datetime | None = Field(default=None, sa_type=Moment)
    appealed_by: str = ""
    appeal_statement: str = ""
    appeal_decided_at: datetime | None = Field(default=None, sa_type=Moment)
    appeal_decided_by: str = ""
    appeal_note: str = ""


class ComparisonAppeal(SQLModel, table=True):
    """对结果的申诉: a department says once that its place in a published comparison is wrong."""

    __tablename__ = "comparison_appeal"
    __table_args__ = (UniqueConstraint("comparison_id", "department"),)

    id: int | None = Field(default=None, primary_key=True)
    comparison_id: int = Field(foreign_key="comparison.id")
    department: str
    statement: str
    at: datetime = Field(sa_type=Moment)
    by: str
    decide_by: datetime = Field(sa_type=Moment)
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    decided_by: str = ""
    upheld: bool | None = None
    note: str = ""
