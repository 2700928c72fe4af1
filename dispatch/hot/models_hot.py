"""热点预警 as rows: what was counted, what was raised, and how far the counting has come."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel, col

from dispatch.models import Ticket
from hotline.core.db import Moment


class HotHour(SQLModel, table=True):
    """How many requests one place had about one matter in one hour; counted again for a while."""

    __tablename__ = "hot_hour"
    __table_args__ = (Index("ix_hot_hour_at", "hour"), Index("ix_hot_hour_matter", "matter"))

    place: str = Field(primary_key=True)
    matter: str = Field(primary_key=True)  # the levels of its category, parted by `/`
    hour: datetime = Field(primary_key=True, sa_type=Moment)
    count: int


class HotWatch(SQLModel, table=True):
    """One row: since when it was counted, how far, and the season that was learned last."""

    __tablename__ = "hot_watch"

    single: bool = Field(default=True, primary_key=True)
    since: datetime = Field(sa_type=Moment)
    counted_to: datetime = Field(sa_type=Moment)
    season: list[int] = Field(sa_type=JSONB)  # counts by hour of the week, Monday first
    season_at: datetime | None = Field(default=None, sa_type=Moment)


class HotAlert(SQLModel, table=True):
    """One alert: where, about what, how many beside how few, whose it is and what they decided."""

    __tablename__ = "hot_alert"
    __table_args__ = (
        Index(
            "uq_hot_alert_open",
            "place",
            "matter",
            unique=True,
            postgresql_where=text("state <> 'decided'"),
        ),
        Index("ix_hot_alert_raised", "raised_at", "id"),
        Index("ix_hot_alert_decided", "decided_at"),
        Index("ix_hot_alert_owner", "owner", postgresql_where=text("state <> 'decided'")),
    )

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    state: str
    kind: str
    place: str
    matter: str
    since: datetime = Field(sa_type=Moment)  # of its window, the first one
    until: datetime = Field(sa_type=Moment)  # when it was last seen to grow
    count: int
    expected: float
    score: float
    alike: int  # of them, so many tell of the very same thing in alike words
    raised_at: datetime = Field(sa_type=Moment)
    owner: str = ""
    owned_at: datetime | None = Field(default=None, sa_type=Moment)
    owned_by: str = ""
    decision: str = ""
    reason: str = ""
    false_alarm: bool = False
    departments: list[str] = Field(sa_type=JSONB)  # that were told
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    decided_by: str = ""


class HotAlertTicket(SQLModel, table=True):
    """One ticket of an alert; no foreign key, which would lock the ticket against who merges it."""

    __tablename__ = "hot_alert_ticket"

    alert_id: int = Field(primary_key=True, foreign_key="hot_alert.id")
    ticket_id: int = Field(primary_key=True, index=True)


# 相似工单: the newest open ones of a place, however many there are (`clustering.lookalikes`).
Index(
    "ix_ticket_near",
    col(Ticket.district),
    col(Ticket.id),
    postgresql_where=text("status IN ('registered', 'dispatched')"),
)
# 热点预警: those of a place within a window (`raising.judge`).
Index("ix_ticket_of_place", col(Ticket.district), col(Ticket.created_at))
