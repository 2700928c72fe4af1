"""Calls, recordings, what was said, and seats, as rows. Only the switch writes them.

Of a seat its agent writes what they want; the switch makes it so.
"""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Column, Identity, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
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


class SeatKind(StrEnum):
    DESK = "desk"  # a telephone: SIP, at `address`
    BROWSER = "browser"  # microphone and headset of the console's own page


class RecordingStatus(StrEnum):
    RUNNING = "running"
    READY = "ready"  # on disk, waiting for the recogniser
    TRANSCRIBED = "transcribed"
    FAILED = "failed"  # the recogniser gave up: a person must listen
    KEPT = "kept"  # a callback's: its answers are keys, so nothing is written down
    ERASED = "erased"  # with its caller's data: the file goes, its row stays
    REMOVED = "removed"  # its span is over: the same


class Call(SQLModel, table=True):
    """One caller or callee on the line. The number is in the vault; here it is masked."""

    __table_args__ = (
        Index(
            "ix_call_contact",
            "person_id",
            "started_at",
            postgresql_where=text("sealed_contact IS NOT NULL"),
        ),
        Index("ix_call_line", "line", "started_at", postgresql_where=text("line <> ''")),
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
    line: str = Field(default="", sa_column_kwargs={"server_default": ""})  # merged (`lines`)
    sip_call_id: str
    worker: str = Field(index=True)
    started_at: datetime = Field(sa_type=Moment, index=True)
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    end_reason: str = ""
    keys_pressed: int = 0
    agent: str = ""  # the account of the agent who talked to the caller first
    queued_at: datetime | None = Field(default=None, sa_type=Moment)  # began to wait for an agent
    connected_at: datetime | None = Field(default=None, sa_type=Moment)  # heard an agent
    language: str = ""  # zh or bo; empty: not known yet
    boost_s: int = 0  # waits as if it had waited so much longer


class Recording(SQLModel, table=True):
    """A call's sound: a file below the recordings folder, of the form that `sounds` tells of."""

    __table_args__ = (
        Index("ix_recording_ready", "id", postgresql_where=text("status = 'ready'")),
        Index("ix_recording_running", "id", postgresql_where=text("status = 'running'")),
    )

    id: int | None = Field(default=None, primary_key=True)
    call_id: uuid.UUID = Field(foreign_key="call.id", unique=True)
    path: str
    status: str = Field(default=RecordingStatus.RUNNING)
    seconds: float = 0.0
    attempts: int = 0
    engine: str = ""
    waveform: bytes | None = Field(default=None, sa_type=LargeBinary)  # `waveforms` makes it


class Utterance(SQLModel, table=True):
    """One stretch of recognised speech, sealed with the caller's key."""

    __table_args__ = (UniqueConstraint("call_id", "speaker", "seq"),)

    id: int | None = Field(default=None, primary_key=True)
    call_id: uuid.UUID = Field(foreign_key="call.id")
    speaker: str
    seq: int  # `words_now.place`
    start_s: float
    end_s: float
    confidence: float
    sealed_text: bytes = Field(sa_type=LargeBinary)
    characters: int


class Seat(SQLModel, table=True):
    """坐席: an agent's place, with the desk phone that rings for them."""

    account_id: int = Field(primary_key=True, foreign_key="account.id")
    username: str  # the account's, as calls and events name it
    address: str = ""
    wanted: str = Field(default=SeatStatus.LOGGED_OFF)
    pause_reason: str = ""
    status: str = Field(default=SeatStatus.LOGGED_OFF)
    since: datetime = Field(sa_type=Moment)
    call_id: uuid.UUID | None = Field(default=None, foreign_key="call.id", index=True)
    kind: str = Field(default=SeatKind.DESK)
    skills: dict[str, int] = Field(default_factory=dict, sa_type=JSONB)  # `acd` says which
    since_login: datetime | None = Field(default=None, sa_type=Moment)
    calls: int = 0  # taken since then
    missed: int = 0  # offers in a row that nobody took
    wrap_up_until: datetime | None = Field(default=None, sa_type=Moment)
