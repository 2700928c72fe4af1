"""公开 over the wire: what can be downloaded, releases with their measures, receivers."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dispatch.publishing import columns
from dispatch.publishing.columns import Grade
from dispatch.publishing.stages import Asked, Part, Stage
from hotline.api.fields import Code, Text
from hotline.api.schemas import BeijingTime, Out


class OpenFileOut(Out):
    """One file of a release, and where it is."""

    name: str
    dataset: str
    grade: Grade = Field(description="public, or on_application: with a receiver's key.")
    rows: int
    size: int = Field(description="In bytes.")
    sha256: str
    path: str


class OpenReleaseOut(Out):
    """What is published of a month; a corrected edition stands beside the one before it."""

    month: str
    edition: int
    published_at: BeijingTime
    licence: str
    changes: dict[str, bool] = Field(
        description="Which files differ from the edition before; empty for the first."
    )
    files: list[OpenFileOut]


class OpenReleasePage(BaseModel):
    items: list[OpenReleaseOut]
    next: int | None


class ColumnOut(Out):
    """One column of the dictionary: its grade, how it is generalised, and why."""

    dataset: str
    column: str
    type: str
    grade: Grade
    role: columns.Part
    codes: str = Field(description="Which values it has, parted by |; or whose codes they are.")
    generalised: str
    since: int
    title: str
    basis: str


class DictionaryOut(BaseModel):
    version: int
    items: list[ColumnOut]


class ReleaseIn(BaseModel):
    """生成: of which month."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"month": "2026-10"}]})

    month: Annotated[Code, Field(min_length=1)]


class ReleaseOut(Out):
    """A release as staff see it; `faults` counts by why it may not go out."""

    id: int
    version: int
    month: str
    edition: int
    stage: Stage
    population: int
    terms: dict[str, int]
    measures: dict[str, Any]
    faults: dict[str, int]
    changes: dict[str, bool]
    made_at: BeijingTime
    made_by: str
    checked_at: BeijingTime | None
    checked_by: str
    published_at: BeijingTime | None
    published_by: str
    ended_at: BeijingTime | None
    ended_by: str


class MakingOut(Out):
    """生成: how far the making of a month's release is."""

    id: int
    month: str
    asked_by: str
    asked_at: BeijingTime
    state: Asked
    part: Part | Literal[""] = Field(description="What is being done; empty while nothing is.")
    trouble: str = Field(description="Why it waits still, or was refused.")
    tries: int
    retry_at: BeijingTime | None = Field(
        description="When it is tried again, if the attempt that runs comes to nothing."
    )
    release_id: int | None = Field(description="What was made, once it is done.")
    ended_at: BeijingTime | None


class MakingPage(BaseModel):
    items: list[MakingOut]
    next: int | None


class ReleasePage(BaseModel):
    items: list[ReleaseOut]
    next: int | None


class ReceiverIn(BaseModel):
    """登记: an organisation, what it wants the data for, and the last day of its term."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "某大学", "purpose": "研究", "until": "2027-06-30"}]
        }
    )

    name: Annotated[Text, Field(min_length=1, max_length=200)]
    purpose: Annotated[Text, Field(min_length=1, max_length=200)]
    until: date


class ReceiverOut(Out):
    id: int
    version: int
    name: str
    purpose: str
    shown: str = Field(description="How its key begins.")
    until: date
    registered_at: BeijingTime
    registered_by: str
    ended_at: BeijingTime | None
    ended_by: str


class NewReceiver(ReceiverOut):
    key: str | None = Field(description="Shown once; null where the request is repeated.")


class ReceiverPage(BaseModel):
    items: list[ReceiverOut]
    next: int | None


class TakenOut(BaseModel):
    """One download by a receiver."""

    at: BeijingTime
    month: str
    edition: int
    file: str
    sha256: str


class TakenPage(BaseModel):
    items: list[TakenOut]
    next: int | None
