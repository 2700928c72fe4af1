"""Who took part in a call, and what was asked of the switch while it ran."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class CallParty(SQLModel, table=True):
    """Somebody beside the caller: an agent, whom they fetched, who listened in."""

    __tablename__ = "call_party"
    __table_args__ = (UniqueConstraint("call_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    call_id: uuid.UUID = Field(foreign_key="call.id", index=True)
    name: str  # as the worker knows them, unique in the call
    part: str  # `telephony.wiring.Part`
    listening: str = ""  # of a supervisor: how, at last
    purpose: str = ""  # what they were fetched for, `hotline.switch.fetching.Purpose`
    account_id: int | None = Field(default=None, foreign_key="account.id")
    label: str = ""  # who, as a page shows them: an account's name, a unit, a masked number
    invited_at: datetime = Field(sa_type=Moment)
    joined_at: datetime | None = Field(default=None, sa_type=Moment)
    left_at: datetime | None = Field(default=None, sa_type=Moment)
    outcome: str = ""


class OrderOutcome(StrEnum):
    DONE = "done"  # told to the worker; what comes of it, its reports say
    REFUSED = "refused"


class CallOrder(SQLModel, table=True):
    """What a person asked of the switch; the leader takes it within milliseconds, or refuses it."""

    __tablename__ = "call_order"
    __table_args__ = (
        Index("ix_call_order_waiting", "id", postgresql_where=text("settled_at IS NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    call_id: uuid.UUID | None = Field(default=None, foreign_key="call.id", index=True)
    account_id: int = Field(foreign_key="account.id")  # whose seat it comes from
    verb: str  # `telephony.ordering.Verb`
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)  # no number of anybody's
    sealed_destination: bytes | None = Field(default=None, sa_type=LargeBinary)
    ordered_at: datetime = Field(sa_type=Moment)
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
    outcome: str = ""
    why: str = ""
