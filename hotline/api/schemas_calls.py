"""One call over the wire, with all that is known of it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from hotline.api.schemas import CallOut, EventOut
from hotline.api.schemas_queue import PartyOut, QueueFacts


class UtteranceOut(BaseModel):
    """One stretch of speech (转写), with numbers and plates masked."""

    model_config = ConfigDict(from_attributes=True)

    speaker: Literal["caller", "agent", "caller_and_agent"] = Field(
        description="`agent` is whoever talked to the caller; both where one track held both."
    )
    start_s: float = Field(description="From the beginning of the recording.", examples=[3.2])
    end_s: float = Field(examples=[7.9])
    text: str = Field(examples=["城关区的路灯坏了一个星期，我的电话是139****1234。"])
    confidence: float = Field(description="0 to 1, as the recogniser tells.", examples=[0.87])


class CallDetail(CallOut):
    agent: str | None = Field(description="The account of the agent who talked to the caller.")
    rating: int | None = Field(description="1 to 5, as the caller expressed it of the call.")
    direction: str = Field(description="`in`, or `out` for one that the hotline made.")
    queue: QueueFacts
    parties: list[PartyOut] = Field(description="Whoever took part beside the caller.")
    transcript: list[str] = Field(description="What was said, without who and when.")
    utterances: list[UtteranceOut] = Field(
        description="What was said in the order of the talk: who, when, how surely heard."
    )
    history: list[EventOut]
