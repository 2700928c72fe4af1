"""案例 as rows: a case, its texts one a version, and the tickets that it comes from.

No foreign key to a ticket: it would lock the ticket against who merges it.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class WorkedCase(SQLModel, table=True):
    """A worked example; what it says lies in its texts."""

    __tablename__ = "worked_case"

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    district: str  # of its first ticket
    made_at: datetime = Field(sa_type=Moment)
    made_by: str
    changed: int = Field(default=0, sa_type=BigInteger, index=True)  # `articles.changes`


class CaseText(SQLModel, table=True):
    """One version of what a case says; masked as it is written, and with nobody in it."""

    __tablename__ = "worked_case_text"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        Index(
            "uq_worked_case_text_under_way",
            "case_id",
            unique=True,
            postgresql_where=text("status IN ('draft', 'review')"),
        ),
        Index(
            "uq_worked_case_text_standing",
            "case_id",
            unique=True,
            postgresql_where=text("status IN ('published', 'recalled')"),
        ),
        Index("ix_worked_case_text_status", "status", "written_at", "id"),
        Index("ix_worked_case_text_words", "words", postgresql_using="gin"),
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="worked_case.id")
    number: int  # from 1 on
    status: str
    kind: str
    title: str
    situation: str
    handling: str
    basis: str
    outcome: str
    lesson: str
    matter: str  # a path whose levels are parted by /
    tags: list[str] = Field(sa_type=JSONB)
    words: list[str] = Field(sa_type=JSONB)  # by which it is searched
    authors: list[str] = Field(sa_type=JSONB)  # everybody who wrote in it
    written_at: datetime = Field(sa_type=Moment)
    published_at: datetime | None = Field(default=None, sa_type=Moment)
    published_by: str = ""
    reason: str = ""  # why it was sent back or withdrawn


class CaseSource(SQLModel, table=True):
    """A closed ticket that a case comes from; `erased`: its person was, as a publisher knew."""

    __tablename__ = "worked_case_source"

    case_id: int = Field(primary_key=True, foreign_key="worked_case.id")
    ticket_id: int = Field(primary_key=True, index=True)
    erased: bool = False
