"""来电差评件: a bad rating by key after a call, as a row; no word of anybody in the clear."""

import uuid
from datetime import datetime

from sqlalchemy import Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

import dispatch.models  # noqa: F401  # holds the tables that ours refer to
from hotline.core.db import Moment

NOTE = "call_rating"  # the purpose by which its words are sealed


class BadCallRating(SQLModel, table=True):
    """来电差评件: the hotline's own matter; `due_at` is when what waits must be done."""

    __tablename__ = "bad_call_rating"
    __table_args__ = (
        Index("ix_bad_call_rating_open", "due_at", postgresql_where=text("state <> 'closed'")),
        Index("ix_bad_call_rating_newest", "opened_at", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    rating_id: int = Field(foreign_key="rating.id", unique=True)
    call_id: uuid.UUID = Field(foreign_key="call.id", unique=True)
    agent: str  # who talked; empty where no account is known
    district: str  # the agent's; empty for the whole site
    state: str
    opened_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment)
    verdict: str = ""
    verified_at: datetime | None = Field(default=None, sa_type=Moment)
    verified_by: str = ""
    sealed_note: bytes | None = Field(default=None, sa_type=LargeBinary)
    done: list[str] = Field(default_factory=list, sa_type=JSONB)  # codes of what was done
    sealed_done: bytes | None = Field(default=None, sa_type=LargeBinary)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_by: str = ""
