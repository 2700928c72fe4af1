"""报告 as the API speaks of them."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from dispatch.reports.models_reports import Report, ReportReceipt
from dispatch.reports.terms import Form, ListKind, ReportKind, ReportState
from hotline.api.fields import Code, Text
from hotline.api.schemas import BeijingTime

Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]
TemplateText = Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00]*$")]


_URBAN: JsonDict = {"kind": "department", "code": "540102-urban"}
_TEMPLATE: JsonDict = {
    "code": "overview",
    "kind": "special",
    "name": "专报",
    "text": "标题：{{ period.name }}{{ kind }}\n# 总体\n表：requests\n图：received 按单位",
}


class Of(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ListEntry(BaseModel):
    """Whom a list names: a role of the house, a person of it by sign-in name, a department."""

    kind: ListKind
    code: Code


Entries = Annotated[list[ListEntry], Field(max_length=200)]


class DocumentIn(BaseModel):
    """`since`: any day of the week or month. `until`: of a special report alone."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "monthly", "template": "monthly", "since": "2026-10-01"}]
        }
    )

    kind: ReportKind
    template: Code
    since: Day
    until: Day | None = None
    recipients: Entries = []


class RemarkIn(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "受寒潮影响，供暖类诉求明显增多。"}]}
    )

    text: Text


class DistributeIn(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"recipients": [_URBAN, {"kind": "role", "code": "auditor"}]}]
        }
    )

    recipients: Entries


class WithdrawIn(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "口径有误，重新统计"}]})

    reason: Text


class FileOut(Of):
    form: Form
    size: int
    sha256: str


class RemarkOut(Of):
    by: str
    text: str
    at: BeijingTime


class DocumentOut(Of):
    """A report. Its figures are those of the frozen reports `snapshot_id` and `before_id`."""

    id: int
    version: int
    kind: ReportKind
    state: ReportState
    trouble: str
    title: str
    since: date
    until: date
    schedule_id: int | None
    snapshot_id: int | None
    before_id: int | None
    figures_hash: str
    drafted_by: str
    drafted_at: BeijingTime
    recipients: list[ListEntry]
    signed_by: str
    signed_at: BeijingTime | None
    distributed_at: BeijingTime | None
    archived_at: BeijingTime | None
    withdrawn_by: str
    withdrawn_at: BeijingTime | None
    withdrawn_for: str
    tries: int = Field(description="How often it was tried to prepare it.")
    retry_at: BeijingTime | None = Field(
        description="When it is tried again; none: at once, or not."
    )


class DocumentDetail(DocumentOut):
    """One report, with its remarks, and with its files once it is signed."""

    remarks: list[RemarkOut]
    files: list[FileOut]


class DocumentPage(BaseModel):
    items: list[DocumentOut]
    next: int | None = Field(description="Give it as `before` for the next page.")


class ReceiptOut(Of):
    recipient: str
    sent_at: BeijingTime
    opened_at: BeijingTime | None
    opened_by: str


class ReceiptPage(BaseModel):
    items: list[ReceiptOut]
    next: str | None = Field(description="Give it as `after` for the next page.")


class ReceivedOut(BaseModel):
    """A report as who was sent it sees it: not who else was."""

    id: int
    kind: ReportKind
    title: str
    since: date
    until: date
    signed_at: BeijingTime | None
    sent_at: BeijingTime
    opened_at: BeijingTime | None

    @classmethod
    def of(cls, report: Report, receipt: ReportReceipt) -> "ReceivedOut":
        return cls.model_validate(
            {name: getattr(report, name) for name in cls.model_fields if hasattr(report, name)}
            | {"sent_at": receipt.sent_at, "opened_at": receipt.opened_at}
        )


class ReceivedPage(BaseModel):
    items: list[ReceivedOut]
    next: int | None = Field(description="Give it as `before` for the next page.")


class PreviewIn(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{name: _TEMPLATE[name] for name in ("kind", "text")}]}
    )

    kind: ReportKind
    text: TemplateText


class TemplateIn(PreviewIn):
    """`code` names the template through all its versions: small letters, digits, hyphens."""

    model_config = ConfigDict(json_schema_extra={"examples": [_TEMPLATE]})

    code: Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z][a-z0-9-]*$")]
    name: Annotated[Code, Field(min_length=1)]


class TemplateOut(Of):
    code: str
    number: int
    kind: ReportKind
    name: str
    text: str
    saved_by: str
    saved_at: BeijingTime


class TemplatePage(BaseModel):
    items: list[TemplateOut]
    next: str | None = Field(description="Give it as `after` for the next page.")


class ScheduleIn(BaseModel):
    """`weekday` counts from Monday, 0, and is for weekly ones; `day` of the month for monthly."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "monthly", "template": "monthly", "hour": 9, "day": 3}]
        }
    )

    kind: ReportKind
    template: Code
    hour: Annotated[int, Field(ge=0, le=23)]
    weekday: Annotated[int, Field(ge=0, le=6)] = 0
    day: Annotated[int, Field(ge=1, le=28)] = 1
    recipients: Entries = []


class ScheduleOut(Of):
    id: int
    version: int
    kind: ReportKind
    template: str
    weekday: int
    day: int
    hour: int
    recipients: list[ListEntry]
    author: str
    from_day: date
    ended_at: BeijingTime | None


class SchedulePage(BaseModel):
    items: list[ScheduleOut]
    next: int | None = Field(description="Give it as `before` for the next page.")
