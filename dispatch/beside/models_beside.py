"""Rows beside a ticket or an order, never states of it (design §4). Only `dispatch` writes them."""

from datetime import date, datetime

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from dispatch.sealing.models_vaulted import Vaulted
from hotline.core.db import Moment


class Arbitration(Vaulted, table=True):
    """会商: who answers for a contested ticket; the decision binds and becomes a precedent."""

    __table_args__ = (
        Index(
            "uq_arbitration_open",
            "ticket_id",
            unique=True,
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    round: int
    why: str
    note: str = ""  # what who asked for it has to say
    candidates: list[str] = Field(sa_type=JSONB)
    opened_at: datetime = Field(sa_type=Moment)
    opened_by: str
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    decided_by: str = ""
    department: str = ""
    basis: str = ""


class Extension(Vaulted, table=True):
    """延期: asked for before the due time; granted or refused by somebody else."""

    __table_args__ = (
        UniqueConstraint("order_id", "count"),
        Index(
            "uq_extension_open",
            "order_id",
            unique=True,
            postgresql_where=text("status = 'asked'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="work_order.id", index=True)
    count: int
    working_days: int
    reason: str
    status: str
    asked_at: datetime = Field(sa_type=Moment)
    asked_by: str
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    decided_by: str = ""
    note: str = ""
    due_before: datetime = Field(sa_type=Moment)
    due_after: datetime | None = Field(default=None, sa_type=Moment)


class Supervision(Vaulted, table=True):
    """督办: raised over a ticket or one of its orders, answered by who is supervised."""

    __table_args__ = (
        Index(
            "uq_supervision_open",
            "ticket_id",
            text("coalesce(order_id, 0)"),
            "cause",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    order_id: int | None = Field(default=None, foreign_key="work_order.id", index=True)
    version: int = 1
    cause: str
    instruction: str = ""
    raised_at: datetime = Field(sa_type=Moment)
    raised_by: str
    feedback: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    answered_by: str = ""
    lifted_at: datetime | None = Field(default=None, sa_type=Moment)
    lifted_by: str = ""
    note: str = ""


class Suspension(Vaulted, table=True):
    """挂账: what can't be done now waits, with an owner, a day of review and a public reason."""

    __table_args__ = (
        Index(
            "uq_suspension_open",
            "ticket_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    owner: str
    review_on: date
    public_reason: str
    at: datetime = Field(sa_type=Moment)
    by: str
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str = ""
    outcome: str = ""


class HandOver(Vaulted, table=True):
    """移交: to 110, 119, 120, 信访 or another 12345; theirs once they acknowledge it."""

    __tablename__ = "hand_over"

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    receiver: str
    region: str = ""  # the district code whose 12345 it is
    reason: str
    line_kept: bool = False
    at: datetime = Field(sa_type=Moment)
    by: str
    acknowledged_at: datetime | None = Field(default=None, sa_type=Moment)
    acknowledged_by: str = ""
    their_number: str = ""


class Decline(Vaulted, table=True):
    """不予受理: the coded reason, and the lawful route that the requester was told."""

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    reason: str
    route: str
    note: str = ""
    at: datetime = Field(sa_type=Moment)
    by: str


class DirectAnswer(Vaulted, table=True):
    """直接答复: what the requester was told on the line, and where it stands written."""

    __tablename__ = "direct_answer"

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    text: str
    source: str = ""
    at: datetime = Field(sa_type=Moment)
    by: str


class Redo(Vaulted, table=True):
    """重办: why a ticket is done once more, and what the requester says now."""

    __table_args__ = (UniqueConstraint("ticket_id", "round"),)

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    round: int
    reason: str
    note: str = ""
    at: datetime = Field(sa_type=Moment)
    by: str


class InfoRequest(Vaulted, table=True):
    """待补充: a department asks what it must know; an agent brings the requester's answer."""

    __tablename__ = "info_request"

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="work_order.id", index=True)
    question: str
    asked_at: datetime = Field(sa_type=Moment)
    asked_by: str
    answer: str = ""
    sealed_answer: bytes | None = Field(default=None, sa_type=LargeBinary)
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    answered_by: str = ""


class Cluster(SQLModel, table=True):
    """并单: many requesters, one matter; the main ticket's orders stand for all of them.

    The main ticket is a member too, so that no ticket is ever in two clusters.
    """

    id: int | None = Field(default=None, primary_key=True)
    main_id: int = Field(foreign_key="ticket.id", index=True)
    version: int = 1
    reason: str
    at: datetime = Field(sa_type=Moment)
    by: str


class ClusterMember(Vaulted, table=True):
    """One ticket's time in a cluster; who leaves keeps all that is theirs."""

    __tablename__ = "cluster_member"
    __table_args__ = (
        Index(
            "uq_cluster_member_active",
            "ticket_id",
            unique=True,
            postgresql_where=text("left_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    cluster_id: int = Field(foreign_key="cluster.id", index=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    joined_at: datetime = Field(sa_type=Moment)
    joined_by: str
    left_at: datetime | None = Field(default=None, sa_type=Moment)
    left_by: str = ""
    why: str = ""
