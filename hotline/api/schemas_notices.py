"""站内消息 over the wire: what somebody must know, by codes only."""

from pydantic import BaseModel, Field

from hotline.api.schemas import BeijingTime, Out


class NoticeOut(Out):
    """A notice: its card, what it says, and of which ticket, order and clock."""

    id: int
    recipient: str = Field(
        description="department:CODE, leader:CODE, agents:DISTRICT, team_lead:DISTRICT or "
        "supervision:DISTRICT."
    )
    card: str = Field(description="yellow or red.")
    says: str = Field(description="warning, due, overdue, escalated, supervised or webhook_dead.")
    ticket: str
    order: str = Field(description="Empty for what is no order's.")
    clock: str
    due_at: BeijingTime | None
    at: BeijingTime
    read_at: BeijingTime | None = Field(description="Null until whoever asks has read it.")


class NoticePage(BaseModel):
    items: list[NoticeOut]
    next: str | None
