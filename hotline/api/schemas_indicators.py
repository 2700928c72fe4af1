"""指标 over the wire: figures and what they are of, definitions, the things behind a figure."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from dispatch.indicators.long_freezing import FreezingState
from hotline.api.fields import Code
from hotline.api.schemas import BeijingTime, Out


class DefinitionOut(Out):
    """One version of an indicator's definition."""

    code: str
    name_zh: str
    name_en: str
    unit: str = Field(description="What is counted: ticket, order, call or seat (a seat's day).")
    kind: str = Field(
        description="rate or share (of seconds), both in percent, mean or count; or p50, p90, p95 "
        "or longest: the numerator at that rank (nearest rank), in seconds."
    )
    numerator: str = Field(description="The measure that is summed up.")
    denominator: str
    formula: str
    exclusions: str
    day: str = Field(
        description="To which day a thing belongs: registered, issued, rang or seated."
    )
    version: int
    since: date
    until: date | None
    source: str


class FigureOut(Out):
    """A figure; `value` is null for a rate, a mean or a rank of nothing.

    At a rank the numerator is the value itself, and the denominator counts the things.
    """

    code: str
    value: float | None
    numerator: int
    denominator: int
    excluded: int = Field(description="Things of which the numerator says nothing.")
    versions: list[int] = Field(description="Of the definition, that held within the period.")


class FigureGroup(BaseModel):
    """The figures of one department, district, matter, day or hour; of all under an empty key."""

    key: str
    figures: list[FigureOut]


class IndicatorList(BaseModel):
    """Every indicator of a period; both days included."""

    since: date
    until: date
    by: str | None
    score: float | None = Field(
        description="三率综合: the three rates by their weights, in percent."
    )
    groups: list[FigureGroup]


class IndicatorDetail(BaseModel):
    """One indicator: its definitions, the oldest first, and its figure in all and by a key."""

    since: date
    until: date
    by: str | None
    definitions: list[DefinitionOut]
    total: FigureOut | None = Field(description="Null where no definition held in the period.")
    groups: list[FigureGroup]


class ThingOut(Out):
    """A ticket, an order, a call or a seat's day that a figure tells of."""

    unit: str
    name: str = Field(
        description="A ticket's or an order's number, a call's id, or a seat's number."
    )
    ticket: str = Field(
        description="The number of its ticket; empty for a seat, and for a call without one."
    )
    day: date
    department: str
    district: str
    matter: str
    counts: int = Field(description="What it adds to the numerator: 1 or 0, or seconds.")


class ThingPage(BaseModel):
    items: list[ThingOut]
    next: str | None


class ReportIn(BaseModel):
    """定稿: what the report is called, and its days, both included."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "十月月报", "since": "2026-10-01", "until": "2026-10-31"}]
        }
    )

    name: Annotated[Code, Field(min_length=1)]
    since: date
    until: date


class ReportOut(Out):
    """A frozen report; the hashes are SHA-256 of its document and of the facts it came from."""

    id: int
    name: str
    since: date
    until: date
    frozen_at: BeijingTime
    frozen_by: str
    document_hash: str
    facts_hash: str


class FreezingOut(Out):
    """A long period that is frozen by a job; `snapshot_id` is its report once it is `done`."""

    id: int
    name: str
    since: date
    until: date
    asked_at: BeijingTime
    state: FreezingState
    trouble: str
    snapshot_id: int | None
    tries: int
    retry_at: BeijingTime | None = Field(
        description="When it is tried again; none: at once, or not."
    )


class ReportList(BaseModel):
    items: list[ReportOut]
    next: int | None
