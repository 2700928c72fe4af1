"""What hangs on the requester's own door: links, what they wrote more, and wrong look-ups."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class RequesterLink(SQLModel, table=True):
    """诉求人链接: opens one ticket's page. Only the digest of its key is kept."""

    __tablename__ = "requester_link"

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    digest: str = Field(unique=True)
    made_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment, index=True)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
    via: str = "link"  # how a rating through it came: `qr` where a printed code led to it


class Addition(SQLModel, table=True):
    """补充: what the requester wrote more through their link; masked here, sealed beside it."""

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    at: datetime = Field(sa_type=Moment)
    text: str
    sealed_text: bytes = Field(sa_type=LargeBinary)


class Lookup(SQLModel, table=True):
    """查询锁定: wrong look-ups in a row, of one number or from one address, by a keyed digest.

    A number that no ticket has is counted just so: that there is a row says nothing.
    """

    __tablename__ = "requester_lookup"

    about: bytes = Field(primary_key=True, sa_type=LargeBinary)
    failures: int = 0
    failed_at: datetime | None = Field(default=None, sa_type=Moment, index=True)
    locked_until: datetime | None = Field(default=None, sa_type=Moment)
