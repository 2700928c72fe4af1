"""What becomes of ratings, as rows; a rating itself is never changed or removed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

import dispatch.models  # noqa: F401  # holds the tables that ours refer to
from dispatch.sealing.models_vaulted import Vaulted
from hotline.core.db import Moment


class BadRating(Vaulted, table=True):
    """差评件: one bad rating on its way: verified beside, rectified, answered, asked again."""

    __tablename__ = "bad_rating"
    __table_args__ = (
        Index("ix_bad_rating_newest", "opened_at", "id"),
        Index("ix_bad_rating_unverified", "verify_by", postgresql_where=text("verdict = ''")),
        Index("ix_bad_rating_department", "department", "opened_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    rating_id: int = Field(foreign_key="rating.id", unique=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    department: str  # whose answer was rated; empty where no department answered
    round: int  # of the callback in which it was said
    stage: str
    opened_at: datetime = Field(sa_type=Moment)
    verify_by: datetime = Field(sa_type=Moment)
    appeal_by: datetime = Field(sa_type=Moment)
    verdict: str = ""
    verified_at: datetime | None = Field(default=None, sa_type=Moment)
    verified_by: str = ""
    verify_note: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    asked_again_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class RatingAppeal(Vaulted, table=True):
    """评价申诉: the department says once that a rating is wrong; somebody else decides."""

    __tablename__ = "rating_appeal"
    __table_args__ = (
        Index("ix_rating_appeal_open", "decide_by", postgresql_where=text("decided_at IS NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    bad_rating_id: int = Field(foreign_key="bad_rating.id", unique=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    at: datetime = Field(sa_type=Moment)
    by: str
    ground: str
    statement: str
    attachments: list[str] = Field(sa_type=JSONB)  # ids of the order's files that are evidence
    decide_by: datetime = Field(sa_type=Moment)
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    decided_by: str = ""
    upheld: bool | None = None
    decision_note: str = ""


class RatingExclusion(SQLModel, table=True):
    """剔除: a rating that stays on record and counts in no indicator, and why."""

    __tablename__ = "rating_exclusion"

    rating_id: int = Field(primary_key=True, foreign_key="rating.id")
    department: str = Field(index=True)
    reason: str
    basis: str  # `verification` or `appeal`
    at: datetime = Field(sa_type=Moment)
    by: str


class RatingAspects(SQLModel, table=True):
    """评价内容 of a rating, each 1 to 5 where it was said; and who took it down from paper."""

    __tablename__ = "rating_aspects"

    rating_id: int = Field(primary_key=True, foreign_key="rating.id")
    process: int | None = None
    efficiency: int | None = None
    convenience: int | None = None
    attitude: int | None = None
    experience: int | None = None
    entered_by: str = ""  # 纸质补录
    filled_in_on: date | None = None


class BlindDraw(SQLModel, table=True):
    """盲复核抽样: one period's draw, with all that is needed to draw it again."""

    __tablename__ = "blind_draw"

    id: int | None = Field(default=None, primary_key=True)
    period: str = Field(unique=True)  # `2026-11`
    seed: str
    percent: float
    population: list[int] = Field(sa_type=JSONB)  # callbacks that could be drawn, by id
    drawn: int
    at: datetime = Field(sa_type=Moment)
    by: str


class BlindCallback(SQLModel, table=True):
    """盲复核: a finished callback asked again by somebody who does not see the first answer."""

    __tablename__ = "blind_callback"
    __table_args__ = (
        UniqueConstraint("callback_id"),
        Index("ix_blind_callback_open", "id", postgresql_where=text("asked_at IS NULL")),
        Index("ix_blind_callback_taken", "taken_by", postgresql_where=text("taken_by <> ''")),
    )

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    draw_id: int = Field(foreign_key="blind_draw.id", index=True)
    callback_id: int = Field(foreign_key="callback.id")
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    reached: bool | None = None
    contacted: bool | None = None
    resolved: bool | None = None
    satisfaction: int | None = None
    agrees: bool | None = None  # null: nothing was said both times
    asked_at: datetime | None = Field(default=None, sa_type=Moment)
    asked_by: str = ""
    taken_by: str = ""  # who has it now, and does not see its ticket meanwhile (`leases`)
    had_by: list[str] = Field(default_factory=list, sa_type=JSONB)  # each has it once
    taken_until: datetime | None = Field(default=None, sa_type=Moment)


class RatingAlert(SQLModel, table=True):
    """疑似造假: something that looks gamed, with its evidence; a person decides what it was."""

    __tablename__ = "rating_alert"
    __table_args__ = (
        UniqueConstraint("rule", "about"),
        Index("ix_rating_alert_newest", "found_at", "id"),
        Index("ix_rating_alert_open", "owner", postgresql_where=text("decision = ''")),
    )

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    rule: str
    about: str  # what was found: once a check and a thing
    ticket_id: int | None = Field(default=None, foreign_key="ticket.id", index=True)
    department: str
    evidence: dict[str, Any] = Field(sa_type=JSONB)  # numbers, moments, codes
    found_at: datetime = Field(sa_type=Moment)
    owner: str = ""
    decision: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    decided_by: str = ""
