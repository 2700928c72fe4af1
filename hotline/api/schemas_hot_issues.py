"""热点预警 over the wire: counts of a place and a matter; of tickets only who may see each."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from dispatch.hot.deciding import MOST_DEPARTMENTS
from dispatch.hot.states import Decision
from hotline.api.fields import Code, Text
from hotline.api.schemas import BeijingTime, Out, TicketSummary
from hotline.api.schemas_clusters import Numbers

_EXAMPLES: list[JsonValue] = [
    {"decision": "inform", "reason": "片区停电，已核实", "departments": ["540102-urban"]},
    {"decision": "none", "reason": "同一人反复来电", "false_alarm": True},
]


class HotOwnerIn(BaseModel):
    """指定责任人: a team lead's or a supervisor's account."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"owner": "tashi"}]})

    owner: Code


class HotDecisionIn(BaseModel):
    """处置: `merge` names a main ticket and its members, `inform` the departments to tell."""

    model_config = ConfigDict(json_schema_extra={"examples": _EXAMPLES})

    decision: Decision
    reason: Text
    false_alarm: bool = Field(False, description="It was no hot issue; only with `none`.")
    main: Code = ""
    members: Numbers | None = None
    departments: Annotated[list[Code], Field(max_length=MOST_DEPARTMENTS)] = []


class HotIssueOut(Out):
    """An alert: how many asked in its window, beside how many usually do, and what it came to."""

    id: int
    version: int
    state: str = Field(description="raised (nobody's yet), owned or decided.")
    kind: str = Field(description="burst (within hours) or growth (within days).")
    place: str = Field(description="The code of its district.")
    matter: str = Field(description="The levels of its category, parted by `/`.")
    since: BeijingTime
    until: BeijingTime
    count: int = Field(description="Every ticket counts, also one that the reader may not see.")
    expected: float
    score: float = Field(description="−log10 of the chance of so many.")
    alike: int = Field(description="How many tell of the very same in alike words.")
    raised_at: BeijingTime
    owner: str
    decision: str
    reason: str
    false_alarm: bool
    departments: list[str]
    decided_at: BeijingTime | None
    decided_by: str


class HotIssueDetail(HotIssueOut):
    """The alert with those of its tickets that the reader may see, the newest first."""

    tickets: list[TicketSummary]


class HotIssuePage(BaseModel):
    items: list[HotIssueOut]
    next: str | None


class HotPrecisionOut(Out):
    """预警准确率 of a period: confirmed / decided; null where nothing was decided."""

    raised: int
    decided: int
    confirmed: int
    share: float | None
