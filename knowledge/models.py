"""Tables of what the hotline knows: districts, departments, matters, and who answers for what.

A row with a `seed` digest came with the package and is renewed by the next release as long as
nobody changed it; an import or an editor's change makes it the site's own (`knowledge.seed`).
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, Sequence
from sqlmodel import Field, SQLModel, UniqueConstraint

from hotline.core.db import Moment

directory_changes = Sequence("directory_changes", metadata=SQLModel.metadata)


class DirectoryVersion(SQLModel, table=True):
    """One row, counted on by triggers of the tables below whenever one of their rows changes."""

    __tablename__ = "directory_version"

    single: bool = Field(default=True, primary_key=True)
    version: int = Field(sa_type=BigInteger)


class District(SQLModel, table=True):
    """行政区划: one district by its GB/T 2260 code; `aliases` are parted by `|`."""

    code: str = Field(primary_key=True)
    parent: str = ""
    level: str
    name_zh: str
    name_bo: str = ""
    aliases: str = ""
    source: str = ""
    seed: str = ""
    updated_at: datetime = Field(sa_type=Moment)


class Department(SQLModel, table=True):
    """承办单位: an organ, enterprise or hotline desk; without `accepts` it gets nothing."""

    code: str = Field(primary_key=True)
    name: str
    short_name: str = ""
    aliases: str = ""
    district_code: str = Field(foreign_key="district.code", index=True)
    kind: str = "organ"
    accepts: bool = True
    contact: str = Field(default="", sa_column_kwargs={"server_default": ""})  # 联络处
    telephone: str = Field(default="", sa_column_kwargs={"server_default": ""})  # an office's
    source: str = ""
    seed: str = ""
    updated_at: datetime = Field(sa_type=Moment)


class Matter(SQLModel, table=True):
    """事项: a node of the category tree, two digits of `code` a level; `00` is any matter."""

    code: str = Field(primary_key=True)
    l1: str
    l2: str = ""
    l3: str = ""
    keywords: str = ""
    seed: str = ""
    updated_at: datetime = Field(sa_type=Moment)


class Responsibility(SQLModel, table=True):
    """权责清单 entry: who answers for a matter in a district, from when, on what basis.

    `valid_to` is the last day it holds, None while its end isn't known.
    """

    __table_args__ = (UniqueConstraint("matter_code", "district_code", "valid_from"),)

    id: int | None = Field(default=None, primary_key=True)
    matter_code: str = Field(foreign_key="matter.code")
    district_code: str = Field(foreign_key="district.code", index=True)
    department_code: str = Field(foreign_key="department.code", index=True)
    legal_basis: str
    valid_from: date
    valid_to: date | None = None
    source: str = ""
    seed: str = ""
    updated_at: datetime = Field(sa_type=Moment)


class Precedent(SQLModel, table=True):
    """会商先例: what an arbitration decided, kept for every later ticket of the pair.

    No row is changed: one without a basis says that from its day on what its ticket's decisions
    had said of the pair holds no longer (撤销). Only the words go when its ticket is sealed (密件).
    """

    id: int | None = Field(default=None, primary_key=True)
    matter_code: str = Field(foreign_key="matter.code")
    district_code: str = Field(foreign_key="district.code")
    department_code: str = Field(foreign_key="department.code")
    ticket: str = Field(index=True)  # the number of the contested one
    basis: str  # empty: a withdrawal
    decided_on: date
    valid_from: date
    updated_at: datetime = Field(sa_type=Moment)
