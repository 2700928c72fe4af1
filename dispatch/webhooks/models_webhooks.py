"""What webhooks are kept by: whom to tell, what is still to be told, and how far the log is read.

A lane (通道) is one order's events to one endpoint: they leave one after the other.
"""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hotline.core import rekeying
from hotline.core.db import Moment
from hotline.core.rekeying import Wrapped


class DeliveryStatus(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"  # given up after a day: only a replay sends it again
    WITHHELD = "withheld"  # its ticket was sealed before it left


class WebhookEndpoint(SQLModel, table=True):
    """Where a department's system listens. `version` counts its changes."""

    __tablename__ = "webhook_endpoint"

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    department: str = Field(index=True)
    url: str
    label: str
    types: list[str] = Field(sa_type=JSONB)  # of the events it wants; empty for all
    sealed_secret: bytes = Field(sa_type=LargeBinary)
    previous_secret: bytes | None = Field(default=None, sa_type=LargeBinary)  # sealed, too
    previous_until: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)
    created_by: str
    disabled_at: datetime | None = Field(default=None, sa_type=Moment)
    disabled_by: str = ""
    version: int = 1


def secret_purpose(endpoint: uuid.UUID) -> str:
    """Return what the endpoint's secrets are bound to in the vault."""
    return f"webhook:{endpoint}"


for _column in ("sealed_secret", "previous_secret"):
    rekeying.register(Wrapped("webhook_endpoint", _column, "id", secret_purpose))


class WebhookCursor(SQLModel, table=True):
    """How far the event log has been read; the one row is what lets one process at a time read."""

    __tablename__ = "webhook_cursor"

    id: int = Field(default=1, primary_key=True)
    xid: int = Field(sa_type=BigInteger)
    event_id: int = Field(sa_type=BigInteger)


class WebhookLane(SQLModel, table=True):
    """One order's events to one endpoint. Due while something waits; leased while it is sent."""

    __tablename__ = "webhook_lane"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "subject"),
        Index(
            "ix_webhook_lane_due",
            "endpoint_id",
            "due_at",
            postgresql_where=text("due_at IS NOT NULL"),
        ),
    )

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True)
    )
    endpoint_id: uuid.UUID = Field(foreign_key="webhook_endpoint.id")
    subject: str  # an order's number; `ping` for the endpoint's own
    last_sequence: int = 0
    due_at: datetime | None = Field(default=None, sa_type=Moment)
    lease: uuid.UUID | None = None
    leased_until: datetime | None = Field(default=None, sa_type=Moment)


class WebhookDelivery(SQLModel, table=True):
    """One event on its way to one endpoint, and what became of it."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("lane_id", "sequence"),
        UniqueConstraint("endpoint_id", "message"),
        Index("ix_webhook_delivery_log", "endpoint_id", "id"),
        Index(
            "ix_webhook_delivery_waiting",
            "lane_id",
            "sequence",
            postgresql_where=text("status = 'waiting'"),
        ),
        Index("ix_webhook_delivery_owed_at", "owed_at"),
    )

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True)
    )
    endpoint_id: uuid.UUID = Field(foreign_key="webhook_endpoint.id")
    lane_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("webhook_lane.id"), nullable=False)
    )
    sequence: int
    message: str  # its webhook-id, the same at every try: the event's place in the log
    type: str
    ticket: str  # empty for a ping
    body: str
    at: datetime = Field(sa_type=Moment)  # of the event
    owed_at: datetime = Field(sa_type=Moment)
    status: str = DeliveryStatus.WAITING
    tries: int = 0
    tried_at: datetime | None = Field(default=None, sa_type=Moment)
    delivered_at: datetime | None = Field(default=None, sa_type=Moment)
    last_status: int | None = None  # of the receiver's answer
    last_error: str = ""
