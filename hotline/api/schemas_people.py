"""People's data over the wire: looks, files, corrections, holds and erasures."""

from typing import Any

from pydantic import BaseModel, Field

from dispatch.people import corrections
from dispatch.people.erasures import Why
from hotline.api.fields import Text
from hotline.api.schemas import BeijingTime, Out


class ReasonIn(BaseModel):
    """Why somebody does it; kept with it."""

    reason: Text = Field(examples=["诉求人来电要求"])


class ViewOut(Out):
    """A view that can be used once, by whoever asked for it, until it expires."""

    token: str
    expires_at: BeijingTime


class ViewIn(BaseModel):
    token: Text = Field(examples=["pN3bH1Wq0u5Zs2c7o4a9r6e8t1y3u5i7o9p0a2s4d6f"])


class IdentityOut(BaseModel):
    phone: str | None = Field(description="In E.164; null for who gave none, or was erased.")
    watermark: str = Field(description="Who looks and when: show it over what is shown here.")


class LookOut(Out):
    """One look: who, as what, at what, and why."""

    at: BeijingTime
    actor: str
    role: str
    what: str
    reason: str


class LookList(BaseModel):
    items: list[LookOut]
    next: str | None


class ReadOut(Out):
    """One look as the requester may be told of it."""

    at: BeijingTime
    text: str = Field(examples=["2026年11月25日 12:00，12345热线话务员查看了您的联系电话。"])


class ReadList(BaseModel):
    items: list[ReadOut]


class FileOut(BaseModel):
    """Everything that is kept of the requester, in the clear, by table."""

    watermark: str
    made_at: BeijingTime
    ticket: str
    identity: dict[str, Any]
    kept: dict[str, list[dict[str, Any]]]
    reads: list[str]


class CorrectionIn(BaseModel):
    field: corrections.Field
    value: Text = Field(examples=["13989005678"])
    reason: Text = Field(examples=["诉求人来电更正号码"])


class HoldOut(Out):
    ticket: str
    reason: str
    at: BeijingTime
    by: str
    lifted_at: BeijingTime | None
    lifted_by: str
    lifted_why: str


class PersonOut(BaseModel):
    """How a ticket's requester's data stand."""

    ticket: str
    held: bool
    holds: list[HoldOut]
    hindrance: Why | None = Field(description="Why they can't be erased now; null: they can.")
    kept_until: BeijingTime | None = Field(description="When the retention ends, if it runs.")
    erased_at: BeijingTime | None
    erased_why: str
    corrections: int


class ErasureOut(Out):
    at: BeijingTime
    by: str
