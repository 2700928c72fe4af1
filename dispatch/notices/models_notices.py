"""What the staff are owed: a notice for each card and each 督办, and its ways out."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class StaffNotice(SQLModel, table=True):
    """站内消息: who must know what about whom, once. The row itself is the notice in the app.

    `about` is what happened (`clock:ID:GENERATION:THRESHOLD`, `supervision:ID`); `recipient` is a
    code (`department:CODE`, `leader:CODE`, `supervision:DISTRICT`).
    """

    __tablename__ = "staff_notice"
    __table_args__ = (
        UniqueConstraint("recipient", "about"),
        Index("ix_staff_notice_inbox", "recipient", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    about: str
    recipient: str
    card: str  # yellow or red
    says: str  # warning, due, overdue, escalated or supervised
    ticket: str
    order: str = ""
    clock: str = ""
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    at: datetime = Field(sa_type=Moment)


class StaffReading(SQLModel, table=True):
    """已读: a person, or a department as one reader, has read the notice."""

    __tablename__ = "staff_reading"

    notice_id: int = Field(foreign_key="staff_notice.id", primary_key=True)
    reader: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)


class StaffDelivery(SQLModel, table=True):
    """A notice's way out of the app, kept until its gateway has taken it."""

    __tablename__ = "staff_delivery"
    __table_args__ = (
        Index(
            "ix_staff_delivery_unsent",
            "channel",
            "retry_at",
            postgresql_where=text("sent_at IS NULL"),
        ),
    )

    notice_id: int = Field(foreign_key="staff_notice.id", primary_key=True)
    channel: str = Field(primary_key=True)
    retry_at: datetime = Field(sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    tries: int = 0
