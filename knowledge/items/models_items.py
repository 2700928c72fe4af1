"""Tables of the items: one row for each code and level, and one for each of its versions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class ServiceItem(SQLModel, table=True):
    """事项: one code at one level (its district); what it says stands in its versions."""

    __tablename__ = "service_item"
    __table_args__ = (UniqueConstraint("code", "district_code"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str
    district_code: str = Field(foreign_key="district.code", index=True)
    changed: int = Field(default=0, sa_type=BigInteger, index=True)  # `articles.changes`
    version: int = 1
    seed: str = ""  # digest of what the package wrote; empty once it is the site's
    created_at: datetime = Field(sa_type=Moment)
    created_by: str


class ItemVersion(SQLModel, table=True):
    """One version of an item, with the days it holds and who wrote and checked it."""

    __tablename__ = "item_version"
    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        Index(
            "uq_item_version_under_way",
            "item_id",
            unique=True,
            postgresql_where=text("status IN ('draft', 'review', 'approved')"),
        ),
        Index(
            "uq_item_version_shown",
            "item_id",
            "valid_from",
            unique=True,
            postgresql_where=text("status IN ('published', 'expired')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="service_item.id")
    number: int
    status: str
    name: str
    kind: str
    department_code: str = Field(foreign_key="department.code", index=True)
    basis: list[str] = Field(default_factory=list, sa_type=JSONB)
    authority: str = ""
    time_limit: str = ""
    conditions: list[str] = Field(default_factory=list, sa_type=JSONB)
    steps: list[str] = Field(default_factory=list, sa_type=JSONB)
    materials: list[str] = Field(default_factory=list, sa_type=JSONB)
    forms: list[str] = Field(default_factory=list, sa_type=JSONB)
    fee: str = ""
    outcome: str = ""
    aliases: list[str] = Field(default_factory=list, sa_type=JSONB)
    matter_codes: list[str] = Field(default_factory=list, sa_type=JSONB)
    windows: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    across: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    missing: list[str] = Field(default_factory=list, sa_type=JSONB)
    valid_from: date
    valid_to: date | None = None  # the last day it holds
    source: str = ""
    unknown_code: bool = False
    sample: bool = False
    note: str = ""  # why it was sent back or expired
    drafted_at: datetime = Field(sa_type=Moment)
    drafted_by: str
    reviewed_at: datetime | None = Field(default=None, sa_type=Moment)
    reviewed_by: str = ""
    published_at: datetime | None = Field(default=None, sa_type=Moment)
    published_by: str = ""
    expired_at: datetime | None = Field(default=None, sa_type=Moment)
    expired_by: str = ""
