"""必读 over the wire: what somebody must read, and who has."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hotline.api.fields import LARGEST_ROW, Code
from hotline.api.schemas import BeijingTime
from hotline.api.schemas_articles import ArticleOut
from hotline.core.accounts import Role


class MustReadOut(BaseModel):
    """An article that whoever asks must read, and has not; the last day to read it on."""

    article: ArticleOut
    by_day: date


class MustReadList(BaseModel):
    items: list[MustReadOut]


class ConfirmIn(BaseModel):
    """Which text was read."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text_version": 1}]})

    text_version: Annotated[int, Field(ge=1, le=LARGEST_ROW)]


class MustReadIn(BaseModel):
    """By when, and for whom: one of these roles, with the skill, in a line with the district."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"by_day": "2026-12-31", "roles": ["agent"], "skill": "bo"}]
        }
    )

    by_day: date
    roles: Annotated[list[Role], Field(min_length=1, max_length=10)] = [Role.AGENT, Role.TEAM_LEAD]
    skill: Code = ""
    district: Code = ""


class ReaderOut(BaseModel):
    """Somebody who is asked; `read_at` is null until they have read this text."""

    username: str
    name: str
    role: str
    district: str
    read_at: BeijingTime | None


class ReadersOut(BaseModel):
    """谁已读、谁未读: of the text that is shown; who has not comes first."""

    article: str
    text_version: int
    by_day: date
    roles: list[str]
    skill: str
    district: str
    asked: int
    read: int
    readers: list[ReaderOut]
