"""来电差评件 over the wire."""

import uuid
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from dispatch.ratings.call_stages import Done, Finding, State
from hotline.api.fields import Text
from hotline.api.schemas import BeijingTime, Out


class CallVerdictIn(BaseModel):
    """核实."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"verdict": "founded", "note": "听了录音，坐席抢话。"}]}
    )

    verdict: Finding
    note: Annotated[Text, Field(min_length=1)]


class CallClosingIn(BaseModel):
    """办结."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"done": ["talked"], "words": "已与坐席谈话。"}]}
    )

    done: list[Done] = Field(
        min_length=1, max_length=len(Done), description="`nothing` stands alone."
    )
    words: Annotated[Text, Field(min_length=1)]


class CallRatingOut(Out):
    """A bad rating by key after a call, and what came of it."""

    id: int
    version: int
    call_id: uuid.UUID
    agent: str
    satisfaction: int
    state: State
    opened_at: BeijingTime
    due_at: BeijingTime = Field(description="By when what waits must be done.")
    verdict: str = Field(description="founded, unfounded or unclear; empty until it is verified.")
    verified_at: BeijingTime | None
    verified_by: str
    note: str
    done: list[Done]
    words: str
    closed_at: BeijingTime | None
    closed_by: str
    may_be_called: bool = Field(
        description="The caller's number is on record, and they may be rung."
    )


class CallRatingPage(BaseModel):
    items: list[CallRatingOut]
    next: str | None
