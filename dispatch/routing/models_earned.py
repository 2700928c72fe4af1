"""自动派单资格 as rows: what each proposal came to, and what each catalogue entry has earned."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel, col

from dispatch.models import Ticket
from hotline.core.db import Moment

# 最相近的已办工单: of one district and first level, the newest first.
Index(
    "ix_ticket_closed_alike",
    col(Ticket.district),
    text("(category ->> 0)"),
    col(Ticket.id),
    postgresql_where=text("status = 'closed'"),
)

# 待懂藏语的话务员办理: few of many.
Index(
    "ix_ticket_wanted_skill",
    col(Ticket.wanted_skill),
    col(Ticket.created_at),
    col(Ticket.id),
    postgresql_where=text("wanted_skill <> ''"),
)


class RoutedTicket(SQLModel, table=True):
    """What was proposed for one ticket, by which catalogue entry, and whether it was right.

    Codes alone. `matter_code` and `district_code` are the entry's; empty where no entry can earn
    by it. `right` is None until the ticket's outcome is known.
    """

    __tablename__ = "routed_ticket"
    __table_args__ = (
        Index(
            "ix_routed_ticket_open",
            "at",
            postgresql_where=text("outcome_department = '' AND department <> ''"),
        ),
        Index("ix_routed_ticket_decided", "decided_at"),
        Index("ix_routed_ticket_at", "at"),
        Index("ix_routed_ticket_ticket_id", "ticket_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    proposal_id: int = Field(foreign_key="proposal.id", unique=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    at: datetime = Field(sa_type=Moment)
    matter_code: str
    district_code: str
    department: str  # empty: the router proposed none
    spoken: bool
    confidence: float
    automatic: bool  # the machine dispatched it
    right: bool | None = None
    why: str = ""  # what a wrong one was (`outcomes.Wrong`)
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    outcome_department: str = ""  # who completed the ticket's last lead order


class LessonsExport(SQLModel, table=True):
    """Somebody took what routing learns from away as a file, and why."""

    __tablename__ = "lessons_export"

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    rows: int
    reason: str
    at: datetime = Field(sa_type=Moment)
    by: str


class EarnedDispatch(SQLModel, table=True):
    """One catalogue entry (matter × district → department), for what is typed or for speech."""

    __tablename__ = "earned_dispatch"
    __table_args__ = (UniqueConstraint("matter_code", "district_code", "department", "spoken"),)

    id: int | None = Field(default=None, primary_key=True)
    matter_code: str
    district_code: str
    department: str
    spoken: bool
    state: str
    threshold: float | None = None
    outcomes: int = 0  # in the window, at the threshold or above
    right: int = 0
    automatic: int = 0  # of those, dispatched by the machine
    automatic_right: int = 0
    short: str = ""  # why it may not
    since: datetime = Field(sa_type=Moment)  # in this state
    suspended_at: datetime | None = Field(default=None, sa_type=Moment)  # earlier outcomes are past
    reason: str = ""  # of whoever switched it, in their words
    by: str = ""


class EarningRuleRow(SQLModel, table=True):
    """A site's own rule of one way of hearing, in place of the packaged one."""

    __tablename__ = "earning_rule"

    heard: str = Field(primary_key=True)  # `typed` or `spoken`
    least_outcomes: int
    least_precision: float
    window_days: int
    lowest: float
    reason: str
    at: datetime = Field(sa_type=Moment)
    by: str
