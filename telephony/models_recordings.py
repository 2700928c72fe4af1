"""法定保留 of a recording: what a court or a dispute still needs outlives its span."""

import uuid
from datetime import datetime

from sqlalchemy import Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class RecordingHold(SQLModel, table=True):
    """Until it is lifted, nothing removes the recording; why, is sealed with the caller's key."""

    __tablename__ = "recording_hold"
    __table_args__ = (
        Index(
            "uq_recording_hold_present",
            "call_id",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    call_id: uuid.UUID = Field(foreign_key="call.id", index=True)
    at: datetime = Field(sa_type=Moment)
    by: str
    sealed_reason: bytes = Field(sa_type=LargeBinary)
    lifted_at: datetime | None = Field(default=None, sa_type=Moment)
    lifted_by: str = ""
    sealed_lifted: bytes | None = Field(default=None, sa_type=LargeBinary)
