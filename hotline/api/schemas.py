"""What goes over the wire; personal data is masked here, at the schema."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from hotline.api.fields import Code, Text
from hotline.core.clock import beijing

# Times leave with Beijing's offset (RFC 3339).
BeijingTime = Annotated[datetime, AfterValidator(beijing)]


class Out(BaseModel):
    """A schema that is read from rows."""

    model_config = ConfigDict(from_attributes=True)


class DepartmentOut(Out):
    code: str
    name: str


class TicketSummary(Out):
    """One line of the list."""

    number: str
    status: str
    request_type: str
    category: list[str]
    district: str
    urgency: str
    title: str
    source: str
    created_at: BeijingTime
    wanted_skill: str = Field(
        default="", description="What who reads it must know, as seats have it: `bo`; else empty."
    )


class OrderOut(Out):
    number: str
    status: str
    role: str
    department: DepartmentOut
    dispatched_at: BeijingTime
    dispatched_by: str
    legal_basis: str


class ClockOut(Out):
    """A clock and why it is due when it is."""

    subject: str
    kind: str
    limit: str
    started_at: BeijingTime
    due_at: BeijingTime
    provisional: bool
    stopped_at: BeijingTime | None
    waits_for: str = Field(description="Why its time stands still, `suspension:…`; else empty.")
    why: list[str] = Field(description="Why it is due then, in sentences to be read out.")
    trace: list[dict[str, Any]]


class EventOut(Out):
    """One thing that happened; `refs` never holds personal text."""

    at: BeijingTime
    type: str
    actor: str
    refs: dict[str, Any]


class TicketPage(Out):
    items: list[TicketSummary]
    next: str | None


class CallOut(Out):
    """A call's record; the number is masked."""

    id: str
    status: str
    caller: str
    line: str = Field(description="The merged line that was dialled (归并); empty: our own.")
    started_at: BeijingTime
    answered_at: BeijingTime | None
    ended_at: BeijingTime | None
    end_reason: str
    recording: str
    seconds: float
    ticket: str | None


class CallPage(Out):
    items: list[CallOut]
    next: str | None


class SessionIn(BaseModel):
    username: Code
    password: Text


class SessionOut(BaseModel):
    token: str
    username: str
    role: str
    must_change_password: bool = Field(description="Until then nothing but one's own is open.")
