"""指标 as rows: one a ticket, order, call or seat's day, with what each measure says (`measures`).

A measure is NULL where it says nothing. No foreign keys: they would lock a ticket against who
merges it. Sealed things are here too; who may count them is judged where they are read.
"""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, LargeBinary, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel, col

from dispatch.models import Ticket
from hotline.core.db import Moment
from telephony.models import Call


def _said() -> int | None:
    """Return the column of a measure that is a flag or a small count."""
    return Field(default=None, sa_type=SmallInteger)  # type: ignore[no-any-return]


class OrderFact(SQLModel, table=True):
    """承办单: belongs to the Beijing day on which it was issued."""

    __tablename__ = "order_fact"
    __table_args__ = (
        Index("ix_order_fact_day", "day", "id"),
        Index("ix_order_fact_department", "department", "day", "id"),
        Index("ix_order_fact_ticket", "ticket_id"),
    )

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    ticket_id: int
    day: date
    department: str
    district: str
    matter: str
    confidentiality: str
    received: int | None = _said()
    accepted_on_time: int | None = _said()
    contacted_on_time: int | None = _said()
    replied_on_time: int | None = _said()
    returned: int | None = _said()
    extended: int | None = _said()
    supervised: int | None = _said()
    redone: int | None = _said()
    responded: int | None = _said()
    resolved: int | None = _said()
    satisfied: int | None = _said()
    rightly_sent: int | None = _said()
    rectified: int | None = _said()


class TicketFact(SQLModel, table=True):
    """诉求工单: belongs to the Beijing day on which it was registered."""

    __tablename__ = "ticket_fact"
    __table_args__ = (Index("ix_ticket_fact_day", "day", "id"),)

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    day: date
    district: str
    matter: str
    confidentiality: str
    requests: int | None = _said()
    matters: int | None = _said()
    answered_on_line: int | None = _said()
    answered_once: int | None = _said()
    dispatched_on_time: int | None = _said()
    called_back: int | None = _said()
    reminded: int | None = _said()


class CallFact(SQLModel, table=True):
    """来电: belongs to the Beijing day on which it rang; its ticket's place, level and matter."""

    __tablename__ = "call_fact"
    __table_args__ = (
        Index("ix_call_fact_day", "day", "id"),
        Index("ix_call_fact_ticket", "ticket_id", postgresql_where=text("ticket_id IS NOT NULL")),
        Index("ix_call_fact_waited", "waited_s", "id"),  # the longest waits first
    )

    # the call's serial
    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    call_id: uuid.UUID
    ticket_id: int | None = None
    day: date
    hour: int = Field(sa_type=SmallInteger)
    district: str
    matter: str
    confidentiality: str
    inbound: int | None = _said()
    offered: int | None = _said()
    answered: int | None = _said()
    answered_15: int | None = _said()
    answered_20: int | None = _said()
    answered_30: int | None = _said()
    abandoned: int | None = _said()
    abandoned_short: int | None = _said()
    waited_s: int | None = None
    talked_s: int | None = None
    wrapped_s: int | None = None
    repeated_7: int | None = _said()
    repeated_30: int | None = _said()
    missed_returned: int | None = _said()
    call_satisfied: int | None = _said()
    abandoned_15: int | None = _said()
    abandoned_20: int | None = _said()
    abandoned_30: int | None = _said()
    held_s: int | None = None
    spoken_s: int | None = None
    handled_s: int | None = None
    recurred_7: int | None = _said()
    recurred_30: int | None = _said()
    missed_returned_working: int | None = _said()


class SeatFact(SQLModel, table=True):
    """座席: what one seat did on a Beijing day; of its agent's district, and of no matter.

    `id` is the account's and the day's, always the same (`seat_days.number`).
    """

    __tablename__ = "seat_fact"
    __table_args__ = (Index("ix_seat_fact_day", "day", "id"),)

    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    account_id: int
    day: date
    district: str
    matter: str
    confidentiality: str
    seat_days: int | None = _said()
    seated_s: int | None = None
    paused_s: int | None = None
    staffed_s: int | None = None
    busy_s: int | None = None


class IndicatorWatch(SQLModel, table=True):
    """One row: up to which event facts were followed, and up to which day they were filled."""

    __tablename__ = "indicator_watch"

    single: bool = Field(default=True, primary_key=True)
    xid: int = Field(sa_type=BigInteger)
    event_id: int = Field(sa_type=BigInteger)
    next_day: date


class IndicatorSnapshot(SQLModel, table=True):
    """A period's report, frozen: the document as it was published, and the facts it came from."""

    __tablename__ = "indicator_snapshot"
    __table_args__ = (Index("ix_indicator_snapshot_frozen", "frozen_at", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    since: date
    until: date  # included
    frozen_at: datetime = Field(sa_type=Moment)
    frozen_by: str
    clearance: str  # its author's: who is cleared for less does not read it
    definitions: dict[str, Any] = Field(sa_type=JSONB)  # and weights, as they held
    document: bytes = Field(sa_type=LargeBinary)
    document_hash: str
    facts: bytes = Field(sa_type=LargeBinary)
    facts_hash: str


# 重复来电: whether the same person rang before.
Index("ix_call_person_started", col(Call.person_id), col(Call.started_at))
# The few that only named people may count, whatever a fact still says of them.
Index(
    "ix_ticket_sealed",
    col(Ticket.id),
    postgresql_where=text("confidentiality = 'sealed'"),
)
