"""The words of 报告: its kinds, where it stands, what may be done, and in which forms it is."""

from enum import StrEnum


class ReportKind(StrEnum):
    DAILY = "daily"  # 日报
    WEEKLY = "weekly"  # 周报, from Monday to Sunday
    MONTHLY = "monthly"  # 月报
    SPECIAL = "special"  # 专报, of any days


class ReportState(StrEnum):
    PREPARING = "preparing"  # its figures are being frozen
    FAILED = "failed"  # 未生成: it was tried often enough, and waits for a person
    DRAFTED = "drafted"  # 待签发: remarks may be written
    SIGNED = "signed"  # 已签发: nothing of it changes any more
    DISTRIBUTED = "distributed"  # 已分发
    ARCHIVED = "archived"  # 已归档
    WITHDRAWN = "withdrawn"  # 已撤回


class ReportAction(StrEnum):
    PREPARE = "prepare"
    GIVE_UP = "give_up"
    RETRY = "retry"
    REMARK = "remark"
    SIGN = "sign"
    DISTRIBUTE = "distribute"
    ARCHIVE = "archive"
    WITHDRAW = "withdraw"


class Form(StrEnum):
    HTML = "html"
    XLSX = "xlsx"
    DOCX = "docx"

    @property
    def media_type(self) -> str:
        """The media type by which it is asked for and answered."""
        return _MEDIA[self]


_OFFICE = "application/vnd.openxmlformats-officedocument"
_MEDIA = {
    Form.HTML: "text/html",
    Form.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
    Form.DOCX: f"{_OFFICE}.wordprocessingml.document",
}


class ListKind(StrEnum):
    """What an entry of a distribution list names."""

    ROLE = "role"  # everybody of the house with this role
    ACCOUNT = "account"  # one person, by their sign-in name
    DEPARTMENT = "department"  # one department
