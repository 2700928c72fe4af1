"""函件的附件 as rows: the letter's own files, and those of each answer to it.

The content lies sealed beside (`attachments.store`), by a key of the row's own: a letter is no
requester's, and is kept when one is erased.
"""

import uuid
from datetime import datetime

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from dispatch.attachments.models_attachments import State
from hotline.core import rekeying
from hotline.core.db import Moment
from hotline.core.rekeying import Wrapped


class LetterFile(SQLModel, table=True):
    """附件: of the letter, or of an answer; `place` is its place among all of the letter."""

    __tablename__ = "letter_file"
    __table_args__ = (
        UniqueConstraint("letter_id", "place"),
        Index("ix_letter_file_to_scan", "scan_at", postgresql_where=text("state = 'waiting'")),
    )

    id: uuid.UUID = Field(primary_key=True)
    letter_id: int = Field(foreign_key="letter.id")
    place: int
    department: str  # whose answer it is of; empty for the letter's own
    round: int | None = None  # the answer that it went with; null before
    kind: str
    wrapped_key: bytes = Field(sa_type=LargeBinary)
    sealed_name: bytes = Field(sa_type=LargeBinary)
    size: int  # bytes of what is downloaded
    sha256: str  # of the same
    state: str = State.READY
    scan_at: datetime | None = Field(default=None, sa_type=Moment)
    scans: int = 0
    added_at: datetime = Field(sa_type=Moment)
    added_by: str
    removed_at: datetime | None = Field(default=None, sa_type=Moment)
    removed_by: str = ""


def name_purpose(file_id: uuid.UUID) -> str:
    """Return what the name of the file is sealed for."""
    return f"letter file:{file_id}"


rekeying.register(Wrapped("letter_file", "wrapped_key", "id", lambda key: f"key:{key}"))
rekeying.register(Wrapped("letter_file", "sealed_name", "id", name_purpose))
