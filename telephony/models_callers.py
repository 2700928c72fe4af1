"""What is remembered of a caller from one call to the next: needs care, is not to be rung."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from hotline.core.db import Moment


class Care(StrEnum):
    """Why a caller waits less long than others."""

    ELDER = "elder"  # 老年人
    CARE = "care"  # 需要照顾: ill, disabled, alone with small children


class CallerCare(SQLModel, table=True):
    """照顾标记: one row a person, by the keyed number of their calls."""

    __tablename__ = "caller_care"

    person_id: uuid.UUID = Field(primary_key=True, foreign_key="person.id")
    care: str
    call_id: uuid.UUID = Field(foreign_key="call.id")  # in which an agent noticed it
    marked_at: datetime = Field(sa_type=Moment)
    marked_by: str


class NotCallReason(StrEnum):
    """Why somebody is not to be rung."""

    ASKED = "asked"  # 本人要求
    DISTRESS = "distress"  # a call would hurt: mourning, violence at home
    WRONG_NUMBER = "wrong_number"  # the number is somebody else's


class DoNotCall(SQLModel, table=True):
    """免打扰: the machine does not ring this person, until `until` or for ever."""

    __tablename__ = "do_not_call"

    id: int | None = Field(default=None, primary_key=True)
    person_id: uuid.UUID = Field(foreign_key="person.id", index=True)
    call_id: uuid.UUID | None = Field(default=None, foreign_key="call.id")  # in which they said so
    reason: str
    added_at: datetime = Field(sa_type=Moment)
    added_by: str
    until: datetime | None = Field(default=None, sa_type=Moment)
    removed_at: datetime | None = Field(default=None, sa_type=Moment)
    removed_by: str = ""
