"""督办 over the wire: why somebody is supervised, what they were asked, and what they answered."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hotline.api.fields import Code, Text
from hotline.api.schemas import BeijingTime, DepartmentOut, Out


class SuperviseIn(BaseModel):
    """督办 by a person; without an order it is the ticket's lead department that is asked."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"instruction": "请三日内说明进展。", "order": "261125000017-1"}]
        }
    )

    instruction: Annotated[Text, Field(min_length=1)]
    order: Code | None = None


class FeedbackIn(BaseModel):
    """督办反馈."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"feedback": "已更换路灯电缆。"}]})

    feedback: Annotated[Text, Field(min_length=1)]


class LiftIn(BaseModel):
    """解除督办: its note may be left out once there is feedback."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "已核实。"}]})

    note: Text = Field(
        default="", description="Why nothing more is asked; required while there is no feedback."
    )


class SupervisionOut(Out):
    """A supervision, open until it is lifted; the feedback's due time is its own clock's."""

    id: int
    version: int
    ticket: str
    order: str | None
    department: DepartmentOut | None = Field(description="Who is asked; null while nobody is.")
    cause: str = Field(
        description="overdue, dissatisfied, second_redo, risk_words, person or unacknowledged."
    )
    instruction: str
    raised_at: BeijingTime
    raised_by: str
    feedback_by: BeijingTime | None = Field(description="When the feedback is due, if it is.")
    feedback: str
    answered_at: BeijingTime | None
    answered_by: str
    lifted_at: BeijingTime | None
    lifted_by: str
    note: str


class SupervisionPage(BaseModel):
    items: list[SupervisionOut]
    next: str | None
