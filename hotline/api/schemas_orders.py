"""Work orders over the wire: what a department is told, and what it answers."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from dispatch.handling.returns import RETURN_REASONS
from hotline.api.fields import Code, Instant, Text
from hotline.api.schemas import BeijingTime, DepartmentOut, EventOut, Out
from hotline.core import scopes


def _reason(code: str) -> str:
    """Return the code; raise ValueError naming the codes that there are."""
    if code not in RETURN_REASONS:
        raise ValueError(f"is none of {', '.join(RETURN_REASONS)}")
    return code


ReturnReason = Annotated[
    str,
    AfterValidator(_reason),
    Field(
        json_schema_extra={"enum": list(RETURN_REASONS)},
        description="; ".join(f"`{code}` {said}" for code, said in RETURN_REASONS.items()),
    ),
]


Scope = Annotated[str, Field(json_schema_extra={"enum": list(scopes.ALL)}, max_length=64)]


class ContactIn(BaseModel):
    """联系记录: the department reached the requester, or tried to; `at` is now when left out."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"reached": True, "at": "2026-11-25T12:30:00+08:00", "note": "约定明早上门"}
            ]
        }
    )

    reached: bool
    at: Instant | None = None
    note: Text = ""


class ReturnIn(BaseModel):
    """退单: why, on what basis, and who should have it instead (a department's code)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "reason": "wrong_district",
                    "basis": "权责清单：该路段由堆龙德庆区管养",
                    "suggested_department": "540103-urban",
                }
            ]
        }
    )

    reason: ReturnReason
    basis: Text
    suggested_department: Code | None = Field(
        None, description="Left out only where nobody can be named: duty or request unclear."
    )


class ReplyIn(BaseModel):
    """答复: done what, was it so, is it solved, and what the requester is told."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "result": "更换灯泡三只",
                    "is_true": True,
                    "is_solved": True,
                    "public_reply": "您反映的路灯已于今天上午修好。",
                    "contacted_at": "2026-11-25T12:30:00+08:00",
                }
            ]
        }
    )

    result: Text
    is_true: bool
    is_solved: bool
    unsolved_reason: Text | None = None
    public_reply: Text
    contacted_at: Instant | None = None
    signed_off_by: Annotated[Code, Field(min_length=1)] | None = Field(
        None, description="The office that signed it (签发), like 局长; nobody's name."
    )


class WithdrawReplyIn(BaseModel):
    """撤回答复: what was wrong with the reply."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "误填了另一件的办理结果"}]}
    )

    reason: Text


class Verdict(StrEnum):
    COMPLETE = "complete"  # 办结
    REJECT = "reject"  # 驳回


class ReviewIn(BaseModel):
    """审核: the reply stands, or is rejected with a note that says what is missing."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"verdict": "reject", "note": "没有说明修好的时间"}]}
    )

    verdict: Verdict
    note: Text | None = None


class ReplyOut(Out):
    """A reply and what review said of it."""

    at: BeijingTime
    by: str
    result: str
    is_true: bool
    is_solved: bool
    unsolved_reason: str
    public_reply: str
    contacted_at: BeijingTime | None
    verdict: str
    review_note: str
    reviewed_at: BeijingTime | None
    awaits_signature: bool = Field(description="Not given yet: its leader has to sign it.")
    signed_at: BeijingTime | None
    signed_by: str


class ReturnOut(Out):
    at: BeijingTime
    reason: str
    basis: str
    suggested_department: str


class ContactOut(Out):
    at: BeijingTime
    by: str
    reached: bool
    note: str


class ReminderOut(Out):
    """催办: when the requester asked again, and in which words (masked)."""

    at: BeijingTime
    text: str


class AdditionOut(Out):
    """补充: what the requester wrote more on their own page, and when (masked)."""

    at: BeijingTime
    text: str


class OrderSummary(Out):
    """One line of a department's inbox."""

    number: str
    status: str
    role: str
    version: int
    department: DepartmentOut
    ticket: str
    title: str
    request_type: str
    urgency: str
    district: str
    reminders: int
    dispatched_at: BeijingTime
    reply_by: BeijingTime | None = Field(description="The clock of the reply that runs now.")


class OrderPage(Out):
    items: list[OrderSummary]
    next: str | None


class ChangeOut(EventOut):
    id: str = Field(description="The event's place in the log.")


class ChangePage(BaseModel):
    """What happened since; `next` is the `since` of the next request."""

    items: list[ChangeOut]
    next: str
    more: bool = Field(description="The log goes on: ask again at once.")


class KeyIn(BaseModel):
    """Which of the department's systems it is for, and what that may do."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"label": "OA", "scopes": ["orders.read"]}]}
    )

    label: Annotated[Text, Field(max_length=100)] = ""
    scopes: Annotated[list[Scope], Field(max_length=20)] = Field(
        [], description="None: all that a department's system may do."
    )


class KeyOut(Out):
    """A key as it is listed: its first letters tell it from others."""

    id: int
    department: str
    label: str
    shown: str
    scopes: list[str] = Field(description="None: all that a department's system may do.")
    created_at: BeijingTime
    created_by: str
    revoked_at: BeijingTime | None


SHOWN_ONCE = "Shown this once; null when the request is repeated with its Idempotency-Key."


class NewKey(KeyOut):
    key: str | None = Field(description=SHOWN_ONCE, examples=["hk_…"])


class KeyList(BaseModel):
    items: list[KeyOut]
