"""函件 as rows: a letter, whom it went to, what they answered, and what an interview agreed.

Nothing here names a requester; free text is masked as it is written.
"""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class Letter(SQLModel, table=True):
    """函件. `number` (文号) is given as it is issued; who takes part is named by office."""

    __table_args__ = (
        UniqueConstraint("number"),
        Index("ix_letter_open", "id", postgresql_where=text("status = 'issued'")),
    )

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    kind: str
    status: str
    district: str
    number: str | None = None
    subject: str
    basis: str  # the document
    clause: str
    body: str
    named: list[dict[str, str]] = Field(sa_type=JSONB)  # what it refers to (`references`)
    answer_on: date | None = None  # a named day; else the limits say
    meets_at: datetime | None = Field(default=None, sa_type=Moment)
    place: str = ""
    offices: list[str] = Field(sa_type=JSONB)
    drafted_at: datetime = Field(sa_type=Moment)
    drafted_by: str
    revised_by: str = ""
    approved_at: datetime | None = Field(default=None, sa_type=Moment)
    approved_by: str = ""
    issued_at: datetime | None = Field(default=None, sa_type=Moment)
    issued_by: str = ""
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str = ""
    why_withdrawn: str = ""
    published_at: datetime | None = Field(default=None, sa_type=Moment)
    published_by: str = ""


class LetterCount(SQLModel, table=True):
    """How many letters of a year have been issued: the next one's number."""

    __tablename__ = "letter_count"

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int


class LetterRecipient(SQLModel, table=True):
    """One department that a letter went to, and how far it is."""

    __tablename__ = "letter_recipient"
    __table_args__ = (
        UniqueConstraint("letter_id", "department"),
        Index("ix_letter_recipient_department", "department", "letter_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    letter_id: int = Field(foreign_key="letter.id")
    department: str
    standing: str
    acknowledged_at: datetime | None = Field(default=None, sa_type=Moment)
    acknowledged_by: str = ""


class LetterAnswer(SQLModel, table=True):
    """整改答复: what was done and what came of it; accepted, or sent back with a reason."""

    __tablename__ = "letter_answer"
    __table_args__ = (UniqueConstraint("letter_id", "round"),)

    id: int | None = Field(default=None, primary_key=True)
    letter_id: int = Field(foreign_key="letter.id")
    round: int
    measures: str
    result: str
    files: list[str] = Field(sa_type=JSONB)  # ids of the department's files on the named tickets
    at: datetime = Field(sa_type=Moment)
    by: str
    accepted: bool | None = None
    reason: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    decided_by: str = ""


class InterviewRecord(SQLModel, table=True):
    """约谈记录: written afterwards; confirmed by the department, or with its objection beside."""

    __tablename__ = "interview_record"
    __table_args__ = (UniqueConstraint("letter_id", "round"),)

    id: int | None = Field(default=None, primary_key=True)
    letter_id: int = Field(foreign_key="letter.id")
    round: int
    text: str
    at: datetime = Field(sa_type=Moment)
    by: str
    objection: str = ""
    told_at: datetime | None = Field(default=None, sa_type=Moment)  # confirmed, or objected to
    told_by: str = ""


class LetterMeasure(SQLModel, table=True):
    """约定措施: due on a day, reported with evidence, ticked off by the hotline."""

    __tablename__ = "letter_measure"

    id: int | None = Field(default=None, primary_key=True)
    letter_id: int = Field(foreign_key="letter.id", index=True)
    text: str
    due_on: date
    standing: str
    evidence: str = ""
    reported_at: datetime | None = Field(default=None, sa_type=Moment)
    reported_by: str = ""
    reason: str = ""  # why it was given back
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    decided_by: str = ""
