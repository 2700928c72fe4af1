"""推演 over the wire: what is asked for, how far it has come, and what it found."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from dispatch.replays import changes as rules
from dispatch.replays.changes import MOST_DAYS, MOST_ROWS, Changes, DayChange, LimitChange
from dispatch.replays.comparing import Sort
from dispatch.replays.stages import State
from dispatch.rules.bounds import Scope, Wait
from dispatch.rules.layers import DayKind
from dispatch.rules.policies import StartEvent
from dispatch.terms import ClockKind, RequestType, TimeClass, Urgency
from hotline.api.fields import LARGEST_ROW, Code, Text
from hotline.api.schemas import BeijingTime, Out

Share = Annotated[int, Field(ge=0, le=100)]
Bar = Annotated[float, Field(gt=0, le=1)]


class LimitIn(BaseModel):
    """Other terms of one case; null names every type, urgency or class.

    What is counted (working or natural, days or hours) is the limit's unit. An empty limit and
    null terms are today's own.
    """

    clock: ClockKind = Field(description="accept_by, contact_by, reply_by or rectify_by.")
    request_type: RequestType | None = None
    urgency: Urgency | None = None
    time_class: TimeClass | None = None
    limit: Code = Field(default="", description="`4wh`, `5wd`, `24h` or `7d`.")
    starts_at: StartEvent | None = Field(
        default=None,
        description="dispatched, registered (a reopening for a later round) or accepted; of "
        "rectify_by rated or accepted.",
    )
    pauses: Wait | None = Field(default=None, description="Whether 挂账 lets it stand still.")
    calendar: Scope | None = Field(default=None, description="Whose days off count.")
    ends_at: Code | None = Field(
        default=None, description="When a last day ends: close, midnight or 17:30; '' as usual."
    )
    moves_off_days: bool | None = Field(
        default=None, description="Whether natural days end on a workday."
    )


class DayIn(BaseModel):
    """A day of which a calendar layer says something else."""

    layer: Code = Field(description="A district's code, or `540100/unit`; 000000 is the nation's.")
    day: date
    kind: DayKind
    name: Code = ""


class WeightsIn(BaseModel):
    """三率 in whole percents that make up a hundred."""

    response: Share
    resolution: Share
    satisfaction: Share


class RoutingIn(BaseModel):
    """Another model, another day's catalogue, other thresholds; null leaves it as it is."""

    model: Annotated[int, Field(ge=1, le=LARGEST_ROW)] | None = None
    catalogue_on: date | None = None
    threshold: Bar | None = None
    spoken_threshold: Bar | None = None


class ReplayIn(BaseModel):
    """推演: a past period, and what is held otherwise; nothing at all checks the replay itself."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "求助件五个工作日",
                    "since": "2026-10-01",
                    "until": "2026-10-31",
                    "limits": [{"clock": "reply_by", "request_type": "assistance", "limit": "5wd"}],
                }
            ]
        }
    )

    name: Annotated[Text, Field(max_length=rules.LONGEST_NAME)]
    since: date
    until: date
    limits: list[LimitIn] = Field(default=[], max_length=MOST_ROWS)
    days: list[DayIn] = Field(default=[], max_length=MOST_DAYS)
    weights: WeightsIn | None = None
    routing: RoutingIn | None = None

    def changes(self) -> Changes:
        """Return what is changed, as the domain has it."""
        return Changes(
            tuple(LimitChange(**each.model_dump()) for each in self.limits),
            tuple(DayChange(**each.model_dump()) for each in self.days),
            self.weights.model_dump() if self.weights else None,
            rules.RoutingChange(**self.routing.model_dump()) if self.routing else None,
        )


class ReplayOut(Out):
    """One replay; `done` of `total` orders and tickets."""

    id: int
    version: int
    name: str
    since: date
    until: date
    changed: list[str] = Field(description="limits, calendars, weights, routing.")
    state: State
    done: int
    total: int
    reason: str = Field(description="Why it failed.")
    inputs_hash: str
    result_hash: str = Field(description="The same for the same inputs on the same data.")
    asked_at: BeijingTime
    asked_by: str
    ended_at: BeijingTime | None


class ReplayPage(BaseModel):
    items: list[ReplayOut]
    next: str | None


class ComparedOut(Out):
    """One measure before and after, in all (an empty key) or of a department or matter."""

    measure: str
    key: str
    rate_before: float | None
    rate_after: float | None
    some_before: int
    of_before: int
    some_after: int
    of_after: int
    gained: int = Field(description="Late or wrong before, and not after.")
    lost: int
    reproduced: int = Field(description="As the facts of the figures have it.")
    differs: int = Field(description="Not reproduced, and compared nowhere.")


class ScoredOut(Out):
    """三率综合 of a department, of all under an empty code."""

    department: str
    before: float | None
    after: float | None


class ReplayResult(BaseModel):
    """What a replay found in the reader's area."""

    replay: ReplayOut
    inputs: dict[str, Any]
    compared: list[ComparedOut]
    scores: list[ScoredOut]
    differs: dict[str, int] = Field(description="How many were not reproduced, by why.")


class FindingOut(Out):
    """One order or ticket that flips, or was not reproduced."""

    id: int
    sort: Sort
    number: str = Field(description="The order's; empty where a ticket was routed.")
    ticket: str
    department: str
    matter: str
    why: str
    due_before: BeijingTime | None
    due_after: BeijingTime | None
    was: str
    becomes: str


class FindingPage(BaseModel):
    items: list[FindingOut]
    next: str | None
