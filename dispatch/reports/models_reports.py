"""报告 as rows: templates in versions, reports with what they were made from, who got them."""

from datetime import date, datetime

from sqlalchemy import Index, LargeBinary, SmallInteger, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from dispatch.reports.terms import ReportState
from hotline.core.db import Moment


class ReportTemplate(SQLModel, table=True):
    """One version of a template; the newest of a code is the one that new reports are made by."""

    __tablename__ = "report_template"
    __table_args__ = (UniqueConstraint("code", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str
    number: int
    kind: str
    name: str
    text: str
    saved_by: str
    saved_at: datetime = Field(sa_type=Moment)


class ReportSchedule(SQLModel, table=True):
    """A report that is made by itself, as its author may count, until it is ended."""

    __tablename__ = "report_schedule"

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    kind: str
    template: str  # its code
    weekday: int = Field(sa_type=SmallInteger)  # Monday is 0
    day: int = Field(sa_type=SmallInteger)  # of the month
    hour: int = Field(sa_type=SmallInteger)  # Beijing's
    recipients: list[dict[str, str]] = Field(sa_type=JSONB)
    author: str
    from_day: date  # periods that were over before it are not made
    saved_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class Report(SQLModel, table=True):
    """One report: frozen figures by one version of a template, and what became of it."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("schedule_id", "since"),
        Index("ix_report_state", "state", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    kind: str
    since: date
    until: date  # included
    template_id: int = Field(foreign_key="report_template.id")
    schedule_id: int | None = Field(default=None, foreign_key="report_schedule.id")
    state: str = ReportState.PREPARING
    trouble: str = ""  # why it is not prepared yet, or never was
    title: str = ""
    # Whose reach the figures have: who has a smaller one does not read it.
    author: str
    district: str
    clearance: str
    snapshot_id: int | None = Field(default=None, foreign_key="indicator_snapshot.id")
    before_id: int | None = Field(default=None, foreign_key="indicator_snapshot.id")
    figures: bytes | None = Field(default=None, sa_type=LargeBinary)
    figures_hash: str = ""
    drafted_by: str
    drafted_at: datetime = Field(sa_type=Moment)
    recipients: list[dict[str, str]] = Field(sa_type=JSONB)
    signed_by: str = ""
    signed_at: datetime | None = Field(default=None, sa_type=Moment)
    distributed_at: datetime | None = Field(default=None, sa_type=Moment)
    archived_at: datetime | None = Field(default=None, sa_type=Moment)
    withdrawn_by: str = ""
    withdrawn_at: datetime | None = Field(default=None, sa_type=Moment)
    withdrawn_for: str = ""
    tries: int = Field(default=0, sa_type=SmallInteger)  # to prepare it
    retry_at: datetime | None = Field(default=None, sa_type=Moment)  # None: at once


class ReportRemark(SQLModel, table=True):
    """研判: what a person adds to a draft, masked; the newest one of each person stands."""

    __tablename__ = "report_remark"
    __table_args__ = (UniqueConstraint("report_id", "by"),)

    id: int | None = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id")
    by: str
    text: str
    at: datetime = Field(sa_type=Moment)


class ReportFile(SQLModel, table=True):
    """A signed report in one form, as it is kept for good."""

    __tablename__ = "report_file"

    report_id: int = Field(foreign_key="report.id", primary_key=True)
    form: str = Field(primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)
    size: int
    sha256: str


class ReportReceipt(SQLModel, table=True):
    """Whom a report went to: a person (`person:NAME`) or a department (`department:CODE`)."""

    __tablename__ = "report_receipt"
    __table_args__ = (Index("ix_report_receipt_recipient", "recipient", "report_id"),)

    report_id: int = Field(foreign_key="report.id", primary_key=True)
    recipient: str = Field(primary_key=True)
    sent_at: datetime = Field(sa_type=Moment)
    opened_at: datetime | None = Field(default=None, sa_type=Moment)
    opened_by: str = ""  # who was the first
