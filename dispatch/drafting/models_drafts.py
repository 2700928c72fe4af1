"""An agent's form of a call as it was typed, and who is on a ticket just now."""

import uuid
from datetime import datetime

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field, SQLModel

import dispatch.models  # noqa: F401  # holds tables that ours refer to
from hotline.core.db import Moment


class CallDraft(SQLModel, table=True):
    """填单草稿: one agent's form of one call, until it is a ticket; one row, replaced in place.

    `sealed_fields`: one JSON object (`drafts.Form`), sealed with the caller's key.
    """

    __tablename__ = "call_draft"
    __table_args__ = (Index("ix_call_draft_by", "by", "saved_at"),)

    call_id: uuid.UUID = Field(primary_key=True, foreign_key="call.id")
    by: str = Field(primary_key=True)
    version: int = 1
    sealed_fields: bytes = Field(sa_type=LargeBinary)
    begun_at: datetime = Field(sa_type=Moment)
    saved_at: datetime = Field(sa_type=Moment)


class TicketCompany(SQLModel, table=True):
    """同看: somebody has the ticket's page before them; unlogged, as it is over in a minute."""

    __tablename__ = "ticket_company"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    ticket_id: int = Field(primary_key=True, foreign_key="ticket.id")
    who: str = Field(primary_key=True)
    since: datetime = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment)
