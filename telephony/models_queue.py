"""Who waits, who is owed a call, what agents write down afterwards, and who works when: rows."""

import uuid
from datetime import datetime

from sqlalchemy import Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class QueueEntry(SQLModel, table=True):
    """排队: a caller's wait; `call.queued_at`, `language` and `boost_s` decide its place.

    `announced_at`: heard last where they stand; `told_at`: their worker heard last that they wait.
    `hang_up_at`: they hear a goodbye until then.
    """

    __tablename__ = "queue_entry"
    __table_args__ = (
        Index("ix_queue_entry_open", "call_id", postgresql_where=text("left_at IS NULL")),
    )

    call_id: uuid.UUID = Field(primary_key=True, foreign_key="call.id")
    entered_at: datetime = Field(sa_type=Moment, index=True)
    matter: str = ""
    last_seat: int | None = None  # which took this person's last call
    announced_at: datetime | None = Field(default=None, sa_type=Moment)
    told_at: datetime | None = Field(default=None, sa_type=Moment)
    callback_offered_at: datetime | None = Field(default=None, sa_type=Moment)
    hang_up_at: datetime | None = Field(default=None, sa_type=Moment)
    left_at: datetime | None = Field(default=None, sa_type=Moment)
    why_left: str = ""  # `telephony.queueing.WhyLeft`


class MissedCall(SQLModel, table=True):
    """漏接回拨: the hotline owes this caller a call; one open row a person."""

    __tablename__ = "missed_call"
    __table_args__ = (
        Index("ix_missed_call_open", "due_at", postgresql_where=text("closed_at IS NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    call_id: uuid.UUID = Field(foreign_key="call.id", unique=True)
    person_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    why: str  # `telephony.acd.patience.MissedWhy`
    waiting_since: datetime = Field(sa_type=Moment)  # the place that they keep
    missed_at: datetime = Field(sa_type=Moment)
    language: str = ""
    boost_s: int = 0
    times: int = 1  # so often they tried in vain
    due_at: datetime = Field(sa_type=Moment)  # is shown to nobody sooner
    account_id: int | None = Field(default=None, foreign_key="account.id")  # who is shown it now
    shown_at: datetime | None = Field(default=None, sa_type=Moment)
    attempts: int = 0
    returned_call_id: uuid.UUID | None = Field(default=None, foreign_key="call.id")
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    outcome: str = ""
    closed_by: str = ""


class WrapUp(SQLModel, table=True):
    """话后处理: what an agent did after a call, and under which code."""

    __tablename__ = "wrap_up"

    id: int | None = Field(default=None, primary_key=True)
    call_id: uuid.UUID = Field(foreign_key="call.id", index=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    began_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    code: str = ""


class ServiceMode(SQLModel, table=True):
    """服务模式: how the hotline works from a moment on, until another or until further notice."""

    __tablename__ = "service_mode"

    id: int | None = Field(default=None, primary_key=True)
    mode: str  # `telephony.acd.modes.Mode`
    begins_at: datetime = Field(sa_type=Moment)
    ends_at: datetime | None = Field(default=None, sa_type=Moment)
    set_by: str
    set_at: datetime = Field(sa_type=Moment)
    ended_by: str = ""


class Shift(SQLModel, table=True):
    """排班: who takes calls at which desk, from when to when."""

    __tablename__ = "shift"
    __table_args__ = (Index("ix_shift_span", "begins_at", "ends_at"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    begins_at: datetime = Field(sa_type=Moment)
    ends_at: datetime = Field(sa_type=Moment)
    desk: str = ""  # empty: the day's; else as a mode names it
    set_by: str
    set_at: datetime = Field(sa_type=Moment)


class ShiftNote(SQLModel, table=True):
    """交接班: what one shift tells the next, sealed by the site's master key."""

    __tablename__ = "shift_note"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)  # who wrote it
    desk: str = ""
    at: datetime = Field(sa_type=Moment, index=True)
    sealed_text: bytes = Field(sa_type=LargeBinary)
    read_by: str = ""  # who took over
    read_at: datetime | None = Field(default=None, sa_type=Moment)
