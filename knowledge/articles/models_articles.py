"""Tables of the articles: what is published, what is being written, what is wrong or missing."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, Sequence, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment

article_changes = Sequence("article_changes", metadata=SQLModel.metadata)


class ArticleChange(SQLModel, table=True):
    """One row: the number of the last change that a searcher can see (`changes`)."""

    __tablename__ = "article_change"

    single: bool = Field(default=True, primary_key=True)
    latest: int = Field(sa_type=BigInteger)


class Article(SQLModel, table=True):
    """知识点: a question the hotline answers; what it says stands in its texts."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    changed: int = Field(default=0, sa_type=BigInteger, index=True)  # number of its last change
    version: int = 1
    seed: str = ""  # digest of what the package wrote; empty once it is the site's
    created_at: datetime = Field(sa_type=Moment)
    created_by: str


class ArticleText(SQLModel, table=True):
    """One version of an article, Chinese and Tibetan together, with who wrote and checked it."""

    __tablename__ = "article_text"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        Index(
            "uq_article_text_under_way",
            "article_id",
            unique=True,
            postgresql_where=text("status IN ('draft', 'review', 'approved')"),
        ),
        Index(
            "uq_article_text_shown",
            "article_id",
            unique=True,
            postgresql_where=text("status IN ('published', 'expired')"),
        ),
        Index(
            "uq_article_text_scheduled",
            "article_id",
            unique=True,
            postgresql_where=text("status = 'scheduled'"),
        ),
        Index("ix_article_text_status", "status", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id")
    number: int
    status: str
    question: str
    variants: list[str] = Field(default_factory=list, sa_type=JSONB)
    say: str
    send: str = ""
    question_bo: str = ""
    say_bo: str = ""
    send_bo: str = ""
    bo_state: str = "none"
    source: str = ""
    department_code: str = Field(foreign_key="department.code", index=True)
    matter_codes: list[str] = Field(default_factory=list, sa_type=JSONB)
    district_code: str = ""  # empty: everywhere
    valid_from: date
    valid_to: date | None = None  # the last day it holds
    review_by: date | None = None
    missing: list[str] = Field(default_factory=list, sa_type=JSONB)
    sample: bool = False
    note: str = ""  # why it was sent back or expired
    drafted_at: datetime = Field(sa_type=Moment)
    drafted_by: str
    reviewed_at: datetime | None = Field(default=None, sa_type=Moment)
    reviewed_by: str = ""
    published_at: datetime | None = Field(default=None, sa_type=Moment)  # shown since
    published_by: str = ""
    expired_at: datetime | None = Field(default=None, sa_type=Moment)
    expired_by: str = ""


class ArticleMistake(SQLModel, table=True):
    """纠错: somebody says that an article is wrong; its owner answers by `due_at`."""

    __tablename__ = "article_mistake"
    __table_args__ = (
        Index("ix_article_mistake_open", "due_at", postgresql_where=text("closed_at IS NULL")),
        Index("ix_article_mistake_owner", "department_code", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id", index=True)
    text_number: int
    department_code: str  # the owner then
    note: str = ""
    reported_at: datetime = Field(sa_type=Moment)
    reported_by: str
    due_at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_by: str = ""
    outcome: str = ""  # corrected or right


class ArticleGap(SQLModel, table=True):
    """知识缺口: what was asked and found no good answer, masked, and how often."""

    __tablename__ = "article_gap"
    __table_args__ = (
        UniqueConstraint("question", "district_code"),
        Index("ix_article_gap_open", "times", "id", postgresql_where=text("closed_at IS NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    question: str
    district_code: str = ""
    matter_code: str = ""
    times: int = 1
    first_at: datetime = Field(sa_type=Moment)
    last_at: datetime = Field(sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_by: str = ""
