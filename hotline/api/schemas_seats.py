"""Seats over the wire."""

from pydantic import BaseModel, Field

from hotline.api.fields import Code, Text
from hotline.api.schemas import BeijingTime, Out


class AddressIn(BaseModel):
    """Where the seat's telephone listens."""

    address: Text = Field(examples=["sip:1001@127.0.0.1:5080"])


class PauseIn(BaseModel):
    reason: Code = Field(examples=["用餐"])


class SeatOut(Out):
    """A seat: `status` is what it is, `wanted` what its agent wants it to be after a call."""

    username: str
    address: str
    status: str
    wanted: str
    pause_reason: str
    since: BeijingTime
    call: str | None


class SeatList(BaseModel):
    items: list[SeatOut]
