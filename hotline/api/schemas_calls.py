"""One call over the wire, with all that is known of it."""

from pydantic import Field

from hotline.api.schemas import CallOut, EventOut
from hotline.api.schemas_queue import PartyOut, QueueFacts


class CallDetail(CallOut):
    agent: str | None = Field(description="The account of the agent who talked to the caller.")
    rating: int | None = Field(description="1 to 5, as the caller expressed it of the call.")
    direction: str = Field(description="`in`, or `out` for one that the hotline made.")
    queue: QueueFacts
    parties: list[PartyOut] = Field(description="Whoever took part beside the caller.")
    transcript: list[str]
    history: list[EventOut]
