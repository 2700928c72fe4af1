"""What is being said in a running call, and how far behind its words are: gone when it is over."""

import uuid
from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class WordsNow(SQLModel, table=True):
    """One voice of one call, replaced in place; the table is unlogged, so its past is nowhere.

    `sealed_text`: the sentence that is being said, as far as it is understood, sealed with the
    caller's key; None between sentences, and always for an engine that has no partial results.
    """

    __tablename__ = "words_now"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    call_id: uuid.UUID = Field(primary_key=True, foreign_key="call.id")
    speaker: str = Field(primary_key=True)
    sealed_text: bytes | None = Field(default=None, sa_type=LargeBinary)
    behind_s: float = 0.0
    at: datetime = Field(sa_type=Moment)
