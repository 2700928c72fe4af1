"""归并热线: the lines that were merged into the hotline, and those that it works with."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class MergedHotline(SQLModel, table=True):
    """One line from its first day to its last; what no source supports stays empty.

    `aliases` are further numbers by which callers of it come, parted by `|`.
    """

    __tablename__ = "merged_hotline"
    __table_args__ = (UniqueConstraint("number", "valid_from"),)

    id: int | None = Field(default=None, primary_key=True)
    number: str
    name: str
    mode: str = ""  # empty: nobody has said yet
    aliases: str = ""
    department_code: str = ""
    hours: str = ""
    answered_by: str = ""  # where its calls are answered, or handed to
    legal_basis: str = ""
    valid_from: date
    valid_to: date | None = None
    source: str = ""
    seed: str = ""
    updated_at: datetime = Field(sa_type=Moment)
