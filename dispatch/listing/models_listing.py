"""Lists that people keep, the one each begins with, and what was taken away as a file: rows."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class SavedView(SQLModel, table=True):
    """常用视图: a list by its filters and order, as its address writes them; never what it shows.

    `owner` is an account's name. A shared one is everybody's to look at and its owner's to change.
    """

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("owner", "name"),
        Index("ix_saved_view_shared", "id", postgresql_where=text("shared")),
    )

    id: int | None = Field(default=None, primary_key=True)
    owner: str
    name: str
    query: str
    shared: bool = False
    saved_at: datetime = Field(sa_type=Moment)


class FirstView(SQLModel, table=True):
    """默认视图: with which list a person begins; it goes with the view."""

    __tablename__ = "first_view"

    owner: str = Field(primary_key=True)
    view_id: int = Field(
        sa_column=Column(
            Integer, ForeignKey("saved_view.id", ondelete="CASCADE"), nullable=False, index=True
        )
    )


class ListExport(SQLModel, table=True):
    """导出: who took which list away, when and why; its reason may hold what somebody said."""

    __tablename__ = "list_export"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Moment)
    by: str
    query: str
    format: str
    count: int
    sealed_reason: bytes = Field(sa_type=LargeBinary)
