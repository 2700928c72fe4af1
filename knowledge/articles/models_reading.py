"""Tables of what must be read: who is asked, by which day, and who has."""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class MustRead(SQLModel, table=True):
    """必读: an article that everybody it is meant for must have read; each of its texts anew.

    `days` is how long a new text leaves its readers; `roles` is never empty, an empty skill or
    district asks everybody.
    """

    __tablename__ = "must_read"
    __table_args__ = (
        Index(
            "uq_must_read_running",
            "article_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id")
    by_day: date  # the last day to read it on
    days: int
    roles: list[str] = Field(default_factory=list, sa_type=JSONB)
    skill: str = ""
    district_code: str = ""
    asked_at: datetime = Field(sa_type=Moment)
    asked_by: str
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str = ""


class ReadReceipt(SQLModel, table=True):
    """已读回执: somebody has read this text of the article."""

    __tablename__ = "read_receipt"

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    text_number: int = Field(primary_key=True)
    reader: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)
