"""中转通话 as it was asked for: a row beside the order, never a state of it."""

import uuid
from datetime import datetime

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

import telephony.models  # noqa: F401  # holds a table that ours refers to
from hotline.core.db import Moment


class Relay(SQLModel, table=True):
    """One call that a department asked for. Its own telephone is sealed with the requester's key,
    so that nothing of the call outlasts their data.
    """

    __table_args__ = (
        UniqueConstraint("order_id", "count"),
        Index(
            "uq_relay_open",
            "order_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    order_id: int = Field(foreign_key="work_order.id", index=True)
    count: int  # the order's first, second …
    sealed_office: bytes = Field(sa_type=LargeBinary)
    asked_at: datetime = Field(sa_type=Moment)
    asked_by: str
    begun_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    outcome: str = ""
    seconds: float = 0.0  # how long the two heard each other
    call_id: uuid.UUID | None = Field(default=None, foreign_key="call.id", unique=True)
