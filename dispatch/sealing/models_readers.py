"""密件: that a ticket is sealed, and who may read it since."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from dispatch.sealing.models_vaulted import Vaulted
from hotline.core.db import Moment


class Sealing(Vaulted, table=True):
    """定密: when a ticket was sealed, by whom and why. It stays sealed."""

    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    at: datetime = Field(sa_type=Moment)
    by: str
    reason: str


class TicketReader(SQLModel, table=True):
    """知悉人: a person, or a department's key (`CODE#ID`), who may read a sealed ticket.

    Whoever may no longer keeps the row: it says who could read what, and until when.
    """

    __tablename__ = "ticket_reader"
    __table_args__ = (
        Index(
            "uq_ticket_reader_present",
            "ticket_id",
            "name",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index("ix_ticket_reader_name", "name"),
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    name: str
    added_at: datetime = Field(sa_type=Moment)
    added_by: str
    removed_at: datetime | None = Field(default=None, sa_type=Moment)
    removed_by: str = ""
