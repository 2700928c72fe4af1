"""The words every ticket is sorted by: 诉求类型, 紧急程度, 时限类别, and the kinds of clock."""

from enum import StrEnum


class RequestType(StrEnum):
    """诉求类型: the official five, 表扬, and 待定 while nobody has decided (domain.md 2.2)."""

    INQUIRY = "inquiry"
    ASSISTANCE = "assistance"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    COMMENDATION = "commendation"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The Chinese name shown to people."""
        return _LABELS[self.__class__.__name__, self.value]


class Urgency(StrEnum):
    """紧急程度: how grave the harm is and how hard to repair (domain.md 2.6), never how long."""

    CRITICAL = "critical"
    URGENT = "urgent"
    NORMAL = "normal"

    @property
    def label(self) -> str:
        """The Chinese name shown to people."""
        return _LABELS[self.__class__.__name__, self.value]


class TimeClass(StrEnum):
    """时限类别: which set of limits applies (domain.md 2.4), never how grave the matter is."""

    EMERGENCY = "emergency"
    UTILITY = "utility"
    NORMAL = "normal"
    COMPLEX = "complex"

    @property
    def label(self) -> str:
        """The Chinese name shown to people."""
        return _LABELS[self.__class__.__name__, self.value]


class ClockKind(StrEnum):
    """时限: the deadlines that run in parallel over a ticket and its work orders."""

    DISPATCH_BY = "dispatch_by"
    ACCEPT_BY = "accept_by"
    CONTACT_BY = "contact_by"
    RETURN_BY = "return_by"
    REPLY_BY = "reply_by"
    CALLBACK_BY = "callback_by"
    RECTIFY_BY = "rectify_by"
    FEEDBACK_BY = "feedback_by"  # 督办
    ARBITRATE_BY = "arbitrate_by"  # 会商
    ACKNOWLEDGE_BY = "acknowledge_by"  # 移交
    REVIEW_BY = "review_by"  # 挂账
    LETTER_ACKNOWLEDGE_BY = "letter_acknowledge_by"  # 通报、整改通知、约谈: received
    LETTER_ANSWER_BY = "letter_answer_by"  # 整改通知书
    LETTER_CONFIRM_BY = "letter_confirm_by"  # 约谈记录
    MEASURE_BY = "measure_by"  # 约定措施

    @property
    def label(self) -> str:
        """The Chinese name shown to people."""
        return _LABELS[self.__class__.__name__, self.value]


_LABELS: dict[tuple[str, str], str] = {
    ("RequestType", "inquiry"): "咨询",
    ("RequestType", "assistance"): "求助",
    ("RequestType", "complaint"): "投诉",
    ("RequestType", "report"): "举报",
    ("RequestType", "suggestion"): "建议",
    ("RequestType", "commendation"): "表扬",
    ("RequestType", "other"): "待定",
    ("Urgency", "critical"): "特急",
    ("Urgency", "urgent"): "紧急",
    ("Urgency", "normal"): "一般",
    ("TimeClass", "emergency"): "突发应急",
    ("TimeClass", "utility"): "水电气热",
    ("TimeClass", "normal"): "一般诉求",
    ("TimeClass", "complex"): "疑难复杂",
    ("ClockKind", "dispatch_by"): "派单时限",
    ("ClockKind", "accept_by"): "签收时限",
    ("ClockKind", "contact_by"): "联系时限",
    ("ClockKind", "return_by"): "退单时限",
    ("ClockKind", "reply_by"): "答复时限",
    ("ClockKind", "callback_by"): "回访时限",
    ("ClockKind", "rectify_by"): "整改时限",
    ("ClockKind", "feedback_by"): "督办反馈时限",
    ("ClockKind", "arbitrate_by"): "会商时限",
    ("ClockKind", "acknowledge_by"): "移交确认时限",
    ("ClockKind", "review_by"): "挂账复核时限",
    ("ClockKind", "letter_acknowledge_by"): "函件签收时限",
    ("ClockKind", "letter_answer_by"): "整改答复时限",
    ("ClockKind", "letter_confirm_by"): "约谈记录确认时限",
    ("ClockKind", "measure_by"): "约定措施时限",
}
