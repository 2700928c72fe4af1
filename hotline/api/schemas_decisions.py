"""What an agent decides about a ticket, over the wire."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from dispatch.ending import answers, declines, receivers
from dispatch.ending.endings import Closing, RedoReason
from dispatch.ending.withdrawals import Wish
from hotline.api.fields import Code, Text
from hotline.api.schemas import BeijingTime, Out


def _ground(code: str) -> str:
    """Return the code; raise ValueError naming the reasons that there are."""
    if code not in declines.grounds():
        raise ValueError(f"is none of {', '.join(declines.grounds())}")
    return code


def _receiver(code: str) -> str:
    """Return the code; raise ValueError naming the receivers that there are."""
    if code not in receivers.receivers():
        raise ValueError(f"is none of {', '.join(receivers.receivers())}")
    return code


def _on_the_line(closing: Closing) -> Closing:
    """Return the closing type; raise ValueError for one that no answer on the line can have."""
    if closing not in answers.ON_THE_LINE:
        raise ValueError(f"is none of {', '.join(answers.ON_THE_LINE)}")
    return closing


DeclineReason = Annotated[
    str,
    AfterValidator(_ground),
    Field(json_schema_extra={"enum": list(declines.grounds())}),
]
ReceiverCode = Annotated[
    str,
    AfterValidator(_receiver),
    Field(json_schema_extra={"enum": list(receivers.receivers())}),
]
AnswerClosing = Annotated[
    Closing,
    AfterValidator(_on_the_line),
    Field(description=f"One of {', '.join(answers.ON_THE_LINE)}."),
]


class AnswerIn(BaseModel):
    """直接答复: what the requester was told on the line, where it stands, and how it ends."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "text": "灵活就业人员可以在社保大厅或手机上办理参保登记。",
                    "source": "知识库：灵活就业参保指南",
                    "closing": "explained",
                }
            ]
        }
    )

    text: Text
    source: Text = ""
    closing: AnswerClosing = Closing.EXPLAINED


class DeclineIn(BaseModel):
    """不予受理: the coded reason; the lawful route is told from the reasons' table."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"reason": "legal_proceedings", "note": "案件已由法院立案"}]
        }
    )

    reason: DeclineReason
    note: Text = ""


class HandOverIn(BaseModel):
    """移交: to whom and why; `region` is the district code of another region's 12345."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"receiver": "fire", "reason": "楼道着火，有人被困", "line_kept": True},
                {"receiver": "hotline", "region": "510100", "reason": "事发地在成都"},
            ]
        }
    )

    receiver: ReceiverCode
    reason: Text
    line_kept: bool = False
    region: Code = ""


class AcknowledgeIn(BaseModel):
    """移交确认: the number under which the receiver keeps the matter."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"their_number": "JJ20261125-0031"}]})

    their_number: Code


class WithdrawIn(BaseModel):
    """撤回: what the requester said; only their own wish withdraws a ticket."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "settled_otherwise"}]})

    reason: Wish


class ReopenIn(BaseModel):
    """重办: why once more, and what the requester says now."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "called_again", "note": "路灯昨晚又不亮了"}]}
    )

    reason: RedoReason
    note: Text = ""


class GroundOut(Out):
    """不予受理理由: what the agent says, and the lawful route that is told."""

    code: str
    title: str
    script: str
    route: str


class GroundList(BaseModel):
    items: list[GroundOut]


class ReceiverOut(Out):
    """移交去处: `number` is what one dials, empty where there is none for all."""

    code: str
    title: str
    number: str
    needs_region: bool


class ReceiverList(BaseModel):
    items: list[ReceiverOut]


class DirectAnswerOut(Out):
    """直接答复, masked."""

    at: BeijingTime
    by: str
    text: str
    source: str


class DeclineOut(Out):
    """不予受理, with the route that was told."""

    at: BeijingTime
    by: str
    reason: str
    route: str
    note: str


class HandOverOut(Out):
    """移交; `their_number` is empty until the receiver has acknowledged it."""

    at: BeijingTime
    by: str
    receiver: str
    region: str
    reason: str
    line_kept: bool
    acknowledged_at: BeijingTime | None
    acknowledged_by: str
    their_number: str


class RedoOut(Out):
    """重办: one row a round."""

    round: int
    at: BeijingTime
    by: str
    reason: str
    note: str
