"""What a registration is measured against: two rows, by SQLModel, through the same web stack.

The rows have the columns of the product's ticket and event; whoever posts is signed in, as on every
route of the product. `UNSIGNED` is the same without that.
"""

import uuid
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy import Engine, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel

from hotline.api.schemas import TicketSummary
from hotline.api.schemas_registering import RegisterIn
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.db import Moment
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit

SIGNED, UNSIGNED = "/bench/bare", "/bench/bare-unsigned"

router = APIRouter()

Registrar = Annotated[Actor, Depends(permit(Permission.TICKET_REGISTER))]


class Bare(SQLModel, registry=registry()):
    """The base of these tables; they are none of the product's."""


class BareTicket(Bare, table=True):
    __tablename__ = "bare_ticket"

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    status: str = Field(default="registered", index=True)
    version: int = 1
    source: str
    request_type: str
    category: list[str] = Field(sa_type=JSONB)
    district: str
    urgency: str
    time_class: str = "normal"
    confidentiality: str = "internal"
    title: str
    text: str
    sealed_text: bytes = Field(sa_type=LargeBinary)
    person_id: uuid.UUID = Field(index=True)
    call_id: uuid.UUID | None = Field(default=None, unique=True)
    reminders: int = 0
    redone: int = 0
    split_from_id: int | None = Field(default=None, index=True)
    origin: str = ""
    closing: str = ""
    archived_at: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment, index=True)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    updated_at: datetime = Field(sa_type=Moment)


class BareEvent(Bare, table=True):
    __tablename__ = "bare_event"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Moment)
    type: str
    chain: str = Field(index=True)
    seq: int
    actor: str
    audience: str
    refs: dict[str, Any] = Field(sa_type=JSONB)
    prev_hash: str
    hash: str


@router.post(SIGNED, status_code=201, include_in_schema=False)
def insert_two(_actor: Registrar, given: RegisterIn, session: SessionDep) -> TicketSummary:
    """Insert a ticket and an event and nothing else: no vault, chain, clock or proposal."""
    return _insert(session, given)


@router.post(UNSIGNED, status_code=201, include_in_schema=False)
def insert_two_unsigned(given: RegisterIn, session: SessionDep) -> TicketSummary:
    """Insert the two rows for anybody."""
    return _insert(session, given)


def create_tables(engine: Engine) -> None:
    """Make the two tables in a scratch database."""
    Bare.metadata.create_all(engine)


def _insert(session: Session, given: RegisterIn) -> TicketSummary:
    moment, person = now(), uuid.uuid4()
    ticket = BareTicket(
        number=person.hex[:12],
        source=given.source,
        request_type=given.request_type or "",
        category=given.category,
        district=given.district,
        urgency=given.urgency or "",
        title=given.text[:40],
        text=given.text,
        sealed_text=bytes(300),
        person_id=person,
        created_at=moment,
        updated_at=moment,
    )
    session.add(ticket)
    session.flush()
    event = BareEvent(
        at=moment,
        type="ticket.registered",
        chain=f"ticket:{ticket.number}",
        seq=1,
        actor="bench",
        audience="caller",
        refs={"ticket": ticket.number, "district": given.district},
        prev_hash="",
        hash=person.hex * 2,
    )
    session.add(event)
    return TicketSummary.model_validate(ticket)
