"""附件 as rows: what was sent, by whom, and whether it may be read. Only `dispatch` writes them."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class State(StrEnum):
    READY = "ready"
    WAITING = "waiting"  # its scanner has not answered yet: nobody reads it
    INFECTED = "infected"  # the scanner said so later; its content is gone


class Attachment(SQLModel, table=True):
    """附件: one file of a ticket, or of one of its orders; the content lies sealed beside."""

    __table_args__ = (
        Index("ix_attachment_to_scan", "scan_at", postgresql_where=text("state = 'waiting'")),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: uuid.UUID = Field(default_factory=uuid.uuid4, unique=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    order_id: int | None = Field(default=None, foreign_key="work_order.id", index=True)
    person_id: uuid.UUID = Field(foreign_key="person.id", index=True)  # whose key seals it
    kind: str
    sealed_name: bytes = Field(sa_type=LargeBinary)
    size: int  # bytes of what is downloaded
    for_departments: bool = False
    state: str = State.READY
    scan_at: datetime | None = Field(default=None, sa_type=Moment)
    scans: int = 0
    added_at: datetime = Field(sa_type=Moment)
    added_by: str
    department: str = ""  # whose people or system added it; empty for the hotline's own
    removed_at: datetime | None = Field(default=None, sa_type=Moment)
    removed_by: str = ""
