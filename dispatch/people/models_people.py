"""What was decided about a person's data, as rows; what somebody wrote is in the vault."""

import uuid
from datetime import datetime

from sqlalchemy import Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from dispatch.sealing.models_vaulted import Vaulted
from hotline.core import rekeying
from hotline.core.db import Moment
from hotline.core.rekeying import Wrapped


class PersonHold(Vaulted, table=True):
    """法定保留: nothing of this person's may be erased until it is lifted."""

    __tablename__ = "person_hold"
    __table_args__ = (
        Index(
            "uq_person_hold_present",
            "person_id",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    ticket: str  # the matter for which it was asked
    reason: str
    at: datetime = Field(sa_type=Moment)
    by: str
    lifted_at: datetime | None = Field(default=None, sa_type=Moment)
    lifted_by: str = ""
    lifted_why: str = ""


class PersonCorrection(Vaulted, table=True):
    """更正: what the hotline had wrong, before and after, both sealed with the person's key."""

    __tablename__ = "person_correction"

    id: int | None = Field(default=None, primary_key=True)
    person_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    ticket: str
    field: str
    sealed_before: bytes = Field(sa_type=LargeBinary)
    sealed_after: bytes = Field(sa_type=LargeBinary)
    reason: str
    at: datetime = Field(sa_type=Moment)
    by: str


class PersonErasure(SQLModel, table=True):
    """删除: when a person's key was destroyed, by whom and why: sealed by the master key.

    `reason` is empty but for what an earlier version wrote (`left_plain`).
    """

    __tablename__ = "person_erasure"

    person_id: uuid.UUID = Field(foreign_key="person.id", primary_key=True)
    at: datetime = Field(sa_type=Moment)
    by: str
    reason: str = ""
    sealed_reason: bytes | None = Field(default=None, sa_type=LargeBinary)
    tickets: int
    recordings: int


def reason_purpose(person_id: uuid.UUID) -> str:
    """Return for what the master key seals why this person was erased."""
    return f"erasure:{person_id}"


rekeying.register(Wrapped("person_erasure", "sealed_reason", "person_id", reason_purpose))
