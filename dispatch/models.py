"""Tickets and what hangs on them, as rows. Only `dispatch` writes them."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

import hotline.core.privacy  # noqa: F401  # both hold tables that ours refer to
import telephony.models  # noqa: F401
from dispatch.sealing.models_vaulted import Vaulted
from dispatch.states import OrderStatus, TicketStatus
from hotline.core.confidentiality import Confidentiality as Confidentiality
from hotline.core.db import Moment

_TO_ARCHIVE = "archived_at IS NULL AND closed_at IS NOT NULL"


class Source(StrEnum):
    """How a request came in."""

    PHONE_MACHINE = "phone_machine"  # nobody was free: the machine took it down
    PHONE_AGENT = "phone_agent"
    WEB = "web"


class OrderRole(StrEnum):
    LEAD = "lead"  # 主办
    ASSISTING = "assisting"  # 协办


class Ticket(SQLModel, table=True):
    """诉求工单: the requester's matter. What they said is masked here, sealed beside it."""

    __table_args__ = (
        Index("ix_ticket_newest", "created_at", "id"),
        Index("ix_ticket_to_archive", "closed_at", postgresql_where=text(_TO_ARCHIVE)),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    status: str = Field(default=TicketStatus.REGISTERED, index=True)
    version: int = 1
    source: str
    request_type: str
    category: list[str] = Field(sa_type=JSONB)
    district: str
    urgency: str
    time_class: str
    confidentiality: str
    title: str
    text: str
    sealed_text: bytes = Field(sa_type=LargeBinary)
    person_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    call_id: uuid.UUID | None = Field(default=None, foreign_key="call.id", unique=True)
    reminders: int = 0
    redone: int = 0
    wanted_skill: str = ""  # of whoever reads it: `bo`, as seats have it; empty: anybody can
    split_from_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    origin: str = ""  # the system that registered it, when that was not this one
    closing: str = ""
    archived_at: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)


class ProposalRow(SQLModel, table=True):
    """What the router proposed, and with which model: kept even when a person decides otherwise."""

    __tablename__ = "proposal"

    id: int | None = Field(default=None, primary_key=True)
    call_id: uuid.UUID | None = Field(default=None, foreign_key="call.id", index=True)
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    at: datetime = Field(sa_type=Moment)
    department: str
    confidence: float
    body: dict[str, Any] = Field(sa_type=JSONB)


class WorkOrder(Vaulted, table=True):
    """承办单: one department's share of a ticket."""

    __tablename__ = "work_order"
    __table_args__ = (
        Index("ix_work_order_inbox", "department", "status", "id"),
        Index("ix_work_order_issued", "dispatched_at"),  # 对账: one day's
        Index(
            "ix_work_order_dispatched_by",
            "dispatched_by",
            postgresql_where=text("dispatched_by <> 'hotline'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    department: str
    role: str = Field(default=OrderRole.LEAD)
    status: str = Field(default=OrderStatus.DISPATCHED)
    version: int = 1
    dispatched_at: datetime = Field(sa_type=Moment)
    dispatched_by: str
    legal_basis: str = ""
    round: int = 0  # how often the ticket had been reopened when this order was issued
    note: str = ""  # what the dispatcher tells the department
    parent_id: int | None = Field(default=None, foreign_key="work_order.id", index=True)
    binding: bool = False  # decided by arbitration: it can't be returned
    recall_reason: str = ""  # why the hotline took it back


class Clock(SQLModel, table=True):
    """时限: one running limit. `trace` says, day by day, why it is due when it is."""

    __table_args__ = (
        UniqueConstraint("subject", "kind", "generation"),
        Index(
            "ix_clock_next_alarm",
            "next_alarm_at",
            postgresql_where=text("next_alarm_at IS NOT NULL"),
        ),
        Index(
            "ix_clock_first_due",
            *("due_at", "id"),
            postgresql_where=text("stopped_at IS NULL AND waits_for = ''"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    subject: str  # `ticket:NUMBER`, `order:NUMBER`, or a letter's, which has no ticket
    kind: str
    limit: str  # `7wd`; `7wd+5wd` when it was extended
    started_at: datetime = Field(sa_type=Moment)
    warning_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment)
    escalates_at: datetime = Field(sa_type=Moment)  # still not done then: 督办机构 is told
    provisional: bool
    stopped_at: datetime | None = Field(default=None, sa_type=Moment)
    generation: int = 1
    next_alarm_at: datetime | None = Field(default=None, sa_type=Moment)
    waits_for: str = ""  # why its time stands still, `suspension:ID`; empty while it runs
    warning_percent: int = 75
    moves_off_days: bool = False
    pauses: str = "none"  # what lets it stand still
    ends_at: str = ""  # when its last day ends; empty: as its calendar says
    calendar: str = "unit"  # whose days off count
    ceiling_at: datetime | None = Field(default=None, sa_type=Moment)  # the parent order's due
    calendar_version: int = 0  # the newest imported notice it was reckoned by; 0: packaged days
    trace: list[dict[str, Any]] = Field(sa_type=JSONB)


class Alarm(SQLModel, table=True):
    """A threshold that a clock has passed: once per clock, generation and threshold."""

    __table_args__ = (UniqueConstraint("clock_id", "generation", "threshold"),)

    id: int | None = Field(default=None, primary_key=True)
    clock_id: int = Field(foreign_key="clock.id")
    generation: int
    threshold: str
    at: datetime = Field(sa_type=Moment)


class Contact(Vaulted, table=True):
    """联系记录: a department reached the requester, or tried to."""

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="work_order.id", index=True)
    at: datetime = Field(sa_type=Moment)
    by: str
    reached: bool
    note: str = ""


class Reply(Vaulted, table=True):
    """答复: what a department says it did (fields after domain.md 2.3), and what review said."""

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="work_order.id", index=True)
    at: datetime = Field(sa_type=Moment, index=True)
    by: str
    result: str
    is_true: bool
    is_solved: bool
    unsolved_reason: str = ""
    public_reply: str
    contacted_at: datetime | None = Field(default=None, sa_type=Moment)
    signed_at: datetime | None = Field(default=None, sa_type=Moment)  # 领导签发
    signed_by: str = ""
    awaits_signature: bool = False  # still the unit's own: nobody reviews it
    reviewed_at: datetime | None = Field(default=None, sa_type=Moment)
    reviewed_by: str = ""
    verdict: str = ""
    review_note: str = ""


class OrderReturn(Vaulted, table=True):
    """退单: why a department gives an order back, and whom it suggests."""

    __tablename__ = "order_return"

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="work_order.id", unique=True)
    at: datetime = Field(sa_type=Moment)
    by: str
    reason: str
    basis: str
    suggested_department: str = ""


class Reminder(SQLModel, table=True):
    """催办: the requester asked again; counted and shown to the department."""

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    call_id: uuid.UUID | None = Field(default=None, foreign_key="call.id", unique=True)
    at: datetime = Field(sa_type=Moment)
    text: str
    sealed_text: bytes = Field(sa_type=LargeBinary)


class Callback(SQLModel, table=True):
    """回访: one round of asking the requester; a redone ticket gets another."""

    __table_args__ = (
        UniqueConstraint("ticket_id", "round"),
        Index("ix_callback_due", "planned_for", postgresql_where=text("status = 'planned'")),
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    round: int
    mode: str
    status: str
    planned_for: datetime = Field(sa_type=Moment)
    attempts: int = 0
    contacted: bool | None = None
    resolved: bool | None = None
    satisfaction: int | None = None
    finished_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    by: str = ""


class CallbackAttempt(SQLModel, table=True):
    """One try to reach the requester; without an outcome it is still under way."""

    __tablename__ = "callback_attempt"
    __table_args__ = (UniqueConstraint("callback_id", "attempt"),)

    id: int | None = Field(default=None, primary_key=True)
    callback_id: int = Field(foreign_key="callback.id")
    attempt: int
    at: datetime = Field(sa_type=Moment)
    outcome: str = ""
    call_id: uuid.UUID | None = Field(default=None, foreign_key="call.id")
    by: str


class Rating(SQLModel, table=True):
    """好差评: what the requester expressed; nothing is ever put in their mouth."""

    __table_args__ = (UniqueConstraint("callback_id"), UniqueConstraint("call_id"))

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    callback_id: int | None = Field(default=None, foreign_key="callback.id")
    call_id: uuid.UUID | None = Field(default=None, foreign_key="call.id")
    at: datetime = Field(sa_type=Moment, index=True)
    satisfaction: int
    via: str
    reasons: list[str] = Field(
        default_factory=list,
        sa_type=JSONB,
        sa_column_kwargs={"server_default": text("'[]'::jsonb")},
    )


class Notice(Vaulted, table=True):
    """短信: a message owed to the requester, kept until its gateway has taken it."""

    __table_args__ = (
        UniqueConstraint("ticket_id", "template", "round"),
        Index("ix_notice_unsent", "retry_at", postgresql_where=text("sent_at IS NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    template: str
    round: int = 1
    words: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)  # what fills the text's gaps
    made_at: datetime = Field(sa_type=Moment)
    retry_at: datetime = Field(sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    tries: int = 0
