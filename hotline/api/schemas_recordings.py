"""Recordings over the wire: how they stand, what they look like, who holds them."""

from pydantic import BaseModel, Field

from hotline.api.fields import Text
from hotline.api.schemas import BeijingTime, Out


class RecordingReasonIn(BaseModel):
    """Why somebody does it; sealed with the caller's key."""

    reason: Text = Field(examples=["（2026）藏0102民初123号案件调取"])


class RecordingHoldOut(Out):
    at: BeijingTime
    by: str
    reason: str
    lifted_at: BeijingTime | None
    lifted_by: str
    lifted_why: str


class WaveformOut(BaseModel):
    """How loud each side is over the recording's length: some hundred points, 0 to 255."""

    caller: list[int] = Field(examples=[[0, 12, 87, 40]])
    others: list[int] = Field(examples=[[60, 3, 0, 0]])


class RecordingOut(BaseModel):
    """A call's recording; its sound is heard in the console, with a reason."""

    call: str
    status: str = Field(
        description="running, ready, transcribed, failed, kept; erased or removed: it is gone.",
        examples=["transcribed"],
    )
    seconds: float
    held: bool
    holds: list[RecordingHoldOut]
    kept_until: BeijingTime | None = Field(
        description="When it goes by itself; null while it is held, or a request of it goes on."
    )
    waveform: WaveformOut | None = Field(description="Null until some minutes after the call.")
