"""Who may use the telephone network of the hotline: its own telephones, and who may not for now."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class SipAccount(SQLModel, table=True):
    """A desk phone that may register; its password is known as HA1 alone, sealed by the master key.

    Removed, the row is gone: what was done stands in the event log.
    """

    __tablename__ = "sip_account"

    name: str = Field(primary_key=True)  # the user part of its address
    label: str
    sealed_ha1: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=Moment)
    created_by: str


class TrunkAccount(SQLModel, table=True):
    """中继账号: by what the hotline proves to its carrier who calls; a site has one, or none."""

    __tablename__ = "trunk_account"

    name: str = Field(primary_key=True)
    username: str
    realm: str  # as the carrier's challenge names it
    registrar: str  # sip:host:port; empty: calls alone are asked for it
    expires_s: int
    sealed_ha1: bytes = Field(sa_type=LargeBinary)
    set_at: datetime = Field(sa_type=Moment)
    set_by: str


class BlockReason(StrEnum):
    """Why a caller is blocked for a time."""

    SILENT = "silent"  # 无声骚扰: rings again and again, says nothing
    OCCUPYING = "occupying"  # 恶意占线
    ABUSE = "abuse"  # 辱骂
    THREATS = "threats"  # 威胁
    ADVERTISING = "advertising"  # 推销


class BlockedCaller(SQLModel, table=True):
    """恶意来电: a person whose calls go to the message until `until`.

    It is over at `lapses_at` already unless somebody else has upheld it.
    """

    __tablename__ = "blocked_caller"

    id: int | None = Field(default=None, primary_key=True)
    person_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    call_id: uuid.UUID = Field(foreign_key="call.id")  # for which they were blocked
    reason: str
    blocked_at: datetime = Field(sa_type=Moment)
    blocked_by: str
    until: datetime = Field(sa_type=Moment)
    lapses_at: datetime = Field(sa_type=Moment)
    upheld: bool | None = None
    reviewed_at: datetime | None = Field(default=None, sa_type=Moment)
    reviewed_by: str = ""
    lifted_at: datetime | None = Field(default=None, sa_type=Moment)
    lifted_by: str = ""
