"""Calls, recordings, what was said, and seats, as rows. Only the switch writes them.

Of a seat its agent writes what they want; the switch makes it so.
"""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Column, Identity, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment
from telephony.acd import SeatStatus


class Direction(StrEnum):
    IN = "in"
    OUT = "out"  # a callback


class CallStatus(StrEnum):
    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"
    LOST = "lost"  # its media worker died


class RecordingStatus(StrEnum):
    RUNNING = "running"
    READY = "ready"  # on disk, waiting for the recogniser
    TRANSCRIBED = "transcribed"
    FAILED = "failed"  # the recogniser gave up: a person must listen
    KEPT = "kept"  # a callback's: its answers are keys, so nothing is written down
    ERASED = "erased"  # with its caller's data: the file goes, its row stays


class Call(SQLModel, table=True):
    """One caller or callee on the line. The number is in the vault; here it is masked."""

    __table_args__ = (
        Index(
            "ix_call_contact",
            "person_id",
            "started_at",
            postgresql_where=text("sealed_contact IS NOT NULL"),
        ),
    )

    id: uuid.UUID = Field(primary_key=True)
    serial: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(), nullable=False, unique=True)
    )
    person_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    direction: str = Field(default=Direction.IN)
    status: str = Field(default=CallStatus.RINGING)
    caller_masked: str
    sealed_contact: bytes | None = Field(default=None, sa_type=LargeBinary)
    errand: str = ""  # what an outgoing call is for, in the words of who ordered it
    called: str
    sip_call_id: str
    worker: str = Field(index=True)
    started_at: datetime = Field(sa_type=Moment, index=True)
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    end_reason: str = ""
    keys_pressed: int = 0
    agent: str = ""  # the account of the agent who talked to the caller


class Recording(SQLModel, table=True):
    """The caller's own words as a WAV file below the recordings folder."""

    __table_args__ = (Index("ix_recording_ready", "id", postgresql_where=text("status = 'ready'")),)

    id: int | None = Field(default=None, primary_key=True)
    call_id: uuid.UUID = Field(foreign_key="call.id", unique=True)
    path: str
    status: str = Field(default=RecordingStatus.RUNNING)
    seconds: float = 0.0
    attempts: int = 0
    engine: str = ""


class Utterance(SQLModel, table=True):
    """One stretch of recognised speech, sealed with the caller's key."""

    __table_args__ = (UniqueConstraint("call_id", "speaker", "seq"),)

    id: int | None = Field(default=None, primary_key=True)
    call_id: uuid.UUID = Field(foreign_key="call.id")
    speaker: str
    seq: int
    start_s: float
    end_s: float
    confidence: float
    sealed_text: bytes = Field(sa_type=LargeBinary)
    characters: int


class Seat(SQLModel, table=True):
    """坐席: an agent's place, with the desk phone that rings for them."""

    __table_args__ = (UniqueConstraint("call_id"),)

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    username: str  # the account's, as calls and events name it
    address: str = ""
    wanted: str = Field(default=SeatStatus.LOGGED_OFF)
    pause_reason: str = ""
    status: str = Field(default=SeatStatus.LOGGED_OFF)
    since: datetime = Field(sa_type=Moment)
    call_id: uuid.UUID | None = Field(default=None, foreign_key="call.id")
