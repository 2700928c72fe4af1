"""Who waits, and who is owed a call, over the wire; numbers are masked."""

from enum import StrEnum

from pydantic import BaseModel, Field

from hotline.api.schemas import BeijingTime, Out


class WaitingOut(BaseModel):
    """Somebody on the line; `score`: by what they are served, seconds waited and what is added."""

    call: str
    caller: str
    since: BeijingTime
    language: str = Field(description="`zh`, `bo`; empty: not known yet.")
    score: float
    position: int
    expected_wait_s: int | None = Field(description="None: nothing tells.")


class MissedOut(Out):
    """漏接回拨: somebody to whom the hotline owes a call."""

    id: int
    call: str
    caller: str
    why: str
    waiting_since: BeijingTime
    due_at: BeijingTime
    language: str
    times: int = Field(description="So often they tried in vain.")
    attempts: int = Field(description="So often we did.")
    agent: str | None = Field(description="Who is shown it, or calls them now.")
    closed_at: BeijingTime | None
    outcome: str


class QueueOut(BaseModel):
    waiting: list[WaitingOut]
    owed: list[MissedOut]


class QueueFacts(BaseModel):
    """How a call waited; without an agent so far, where it stands."""

    queued_at: BeijingTime | None
    connected_at: BeijingTime | None
    waited_s: int | None
    language: str
    position: int | None
    expected_wait_s: int | None


class PartyOut(Out):
    """Somebody beside the caller."""

    name: str
    part: str
    label: str
    purpose: str
    listening: str
    invited_at: BeijingTime
    joined_at: BeijingTime | None
    left_at: BeijingTime | None
    outcome: str


class GivenUp(StrEnum):
    """Why nobody calls them back: `not_now` leaves it to a colleague, the others are for good."""

    NOT_NOW = "not_now"
    UNREACHABLE = "unreachable"
    WRONG_NUMBER = "wrong_number"
    NO_NEED = "no_need"


class GiveUpIn(BaseModel):
    reason: GivenUp = Field(examples=["unreachable"])
