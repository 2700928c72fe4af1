"""并单、拆单 and 件/人次 over the wire."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from dispatch.clustering.counting import Key
from dispatch.clustering.joining import MOST_AT_ONCE
from dispatch.clustering.splitting import MOST_PARTS
from dispatch.terms import RequestType
from hotline.api.fields import Code, Text
from hotline.api.schemas import BeijingTime, Out, TicketSummary
from hotline.api.schemas_orders import AdditionOut, ReminderOut

Numbers = Annotated[list[Code], Field(min_length=1, max_length=MOST_AT_ONCE)]


class ClusterIn(BaseModel):
    """并单: whose orders shall stand for all, who joins, and what makes these one matter."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "main": "261125000017",
                    "members": ["261125000025", "261125000033"],
                    "reason": "同一路段的路灯",
                }
            ]
        }
    )

    main: Code
    members: Numbers
    reason: Text


class MembersIn(BaseModel):
    """后来并入的工单."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"members": ["261125000041"]}]})

    members: Numbers


class MainIn(BaseModel):
    """改定主工单: one of the members."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"main": "261125000025"}]})

    main: Code


class UnmergeIn(BaseModel):
    """拆出: why it is another matter after all."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"why": "不是同一处路灯"}]})

    why: Text


class MemberOut(Out):
    """A ticket's time in the cluster; `left_at` is null while it is in it."""

    number: str
    title: str
    status: str
    reminders: int
    joined_at: BeijingTime
    joined_by: str
    left_at: BeijingTime | None
    left_by: str
    why: str = Field(description="Why it left: what was written, `alone` or `reopened`.")


class ClusterOut(Out):
    """A cluster with who is or was in it, the oldest member first."""

    id: int
    version: int
    main: str
    reason: str
    at: BeijingTime
    by: str
    requests: int = Field(description="人次: active members, the main ticket among them.")
    members: list[MemberOut] = Field(description="The first of them.")
    next: str | None = Field(description="The cursor of the members that are not shown here.")


class MembersPage(BaseModel):
    """Who is or was in a cluster, the oldest first."""

    items: list[MemberOut]
    next: str | None


class JoinedOut(Out):
    """Another request that the order answers too, masked."""

    number: str
    registered_at: BeijingTime
    text: str
    reminders: int
    reminded: list[ReminderOut]
    added: list[AdditionOut]


class JoinedPage(BaseModel):
    """Other requests that an order answers too, in the order in which they were merged."""

    items: list[JoinedOut]
    next: str | None


class PartIn(BaseModel):
    """One matter of several; what is left out is read from its text."""

    text: Text
    request_type: RequestType | None = None
    category: tuple[Code, Code, Code] | None = None
    district: Code | None = None


class SplitIn(BaseModel):
    """拆单: the matters that get a ticket of their own; the original keeps the rest."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "parts": [
                        {"text": "小区门口的路灯不亮。"},
                        {"text": "楼上夜里施工太吵。", "request_type": "complaint"},
                    ]
                }
            ]
        }
    )

    parts: Annotated[list[PartIn], Field(min_length=1, max_length=MOST_PARTS)]


class LookalikeOut(TicketSummary):
    """An open ticket that may be about the same matter."""

    similarity: float = Field(description="0 to 1, by the words that both share.")
    merged: bool = Field(description="It is in a cluster already.")


class LookalikeList(BaseModel):
    items: list[LookalikeOut]


class CountsOut(Out):
    """件 (a cluster is one), 人次 (every ticket), and 催办 apart."""

    matters: int
    requests: int
    reminders: int


class CountRow(CountsOut):
    key: str


class CountsPage(BaseModel):
    """The figures of a period, and the same told apart by `by`; they add up."""

    by: Key
    total: CountsOut
    items: list[CountRow]


class BehindOut(BaseModel):
    """The tickets behind a figure; `next` is the `after` of the next request."""

    numbers: list[str]
    next: int | None
