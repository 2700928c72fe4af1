"""The table of 值班表, and how a person's telephone is kept in it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from hotline.core import rekeying, vault
from hotline.core.db import Moment
from hotline.core.masking import mask_digits

_PURPOSE = "duty phone"
rekeying.register(rekeying.Wrapped("duty", "sealed_phone", "id", lambda _key: _PURPOSE))


class DutyRole(StrEnum):
    """What somebody is on duty as; a department has one of each at a time."""

    LEADER = "leader"  # 带班领导
    OFFICER = "officer"  # 值班员
    DEPUTY = "deputy"  # 副班
    EMERGENCY = "emergency"  # 应急联系人


class Duty(SQLModel, table=True):
    """值班: one person of a department, in one role, from a moment to another.

    The telephone may be somebody's own: sealed here, masked in lists, and every look at it is told.
    """

    __table_args__ = (UniqueConstraint("department_code", "role", "starts_at"),)

    id: int | None = Field(default=None, primary_key=True)
    department_code: str = Field(foreign_key="department.code")
    role: str
    starts_at: datetime = Field(sa_type=Moment)
    ends_at: datetime = Field(sa_type=Moment, index=True)
    person: str
    sealed_phone: bytes = Field(sa_type=LargeBinary)
    note: str = ""
    updated_at: datetime = Field(sa_type=Moment)


def sealed(phone: str) -> bytes:
    """Return the telephone as the table keeps it."""
    return vault.wrap(phone.encode(), _PURPOSE)


def phone_of(row: Duty) -> str:
    """Return the telephone in the clear; tell of it (`rosters.reveal`), and never log it."""
    return vault.open_wrapped(row.sealed_phone, _PURPOSE).decode()


def masked_phone(row: Duty) -> str:
    """Return the telephone as lists show it."""
    return mask_digits(phone_of(row))
