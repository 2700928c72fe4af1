"""An article's life as data: `(status, action) -> status`; nothing else moves a text on."""

from collections.abc import Mapping
from enum import StrEnum

from hotline.core.errors import Conflict


class TextStatus(StrEnum):
    """Where one text of an article stands."""

    DRAFT = "draft"  # 草稿
    REVIEW = "review"  # 待审核
    APPROVED = "approved"  # 待发布
    SCHEDULED = "scheduled"  # 待生效: published, and shown from the day on which it begins
    PUBLISHED = "published"  # 已发布
    EXPIRED = "expired"  # 已失效: shown still, and said to be
    REPLACED = "replaced"  # 已有新版


class TextAction(StrEnum):
    """What somebody does with a text.

    `replace` and `schedule` come of publishing, `begin` of the day on which a text begins.
    """

    SUBMIT = "submit"  # 送审
    SEND_BACK = "send_back"  # 退回修改
    APPROVE = "approve"  # 审核通过
    PUBLISH = "publish"  # 发布
    EXPIRE = "expire"  # 失效
    REPLACE = "replace"
    SCHEDULE = "schedule"  # 定时发布
    BEGIN = "begin"  # 生效


_S, _A = TextStatus, TextAction
TRANSITIONS: Mapping[tuple[TextStatus, TextAction], TextStatus] = {
    (_S.DRAFT, _A.SUBMIT): _S.REVIEW,
    (_S.REVIEW, _A.SEND_BACK): _S.DRAFT,
    (_S.REVIEW, _A.APPROVE): _S.APPROVED,
    (_S.APPROVED, _A.SEND_BACK): _S.DRAFT,
    (_S.APPROVED, _A.PUBLISH): _S.PUBLISHED,
    (_S.APPROVED, _A.SCHEDULE): _S.SCHEDULED,
    (_S.SCHEDULED, _A.SEND_BACK): _S.DRAFT,
    (_S.SCHEDULED, _A.BEGIN): _S.PUBLISHED,
    (_S.SCHEDULED, _A.REPLACE): _S.REPLACED,
    (_S.PUBLISHED, _A.EXPIRE): _S.EXPIRED,
    (_S.PUBLISHED, _A.REPLACE): _S.REPLACED,
    (_S.EXPIRED, _A.REPLACE): _S.REPLACED,
}
UNDER_WAY = (_S.DRAFT, _S.REVIEW, _S.APPROVED)  # an article has one of these at most
SHOWN = (_S.PUBLISHED, _S.EXPIRED)  # and one of these
_OF_ITSELF = frozenset({_A.REPLACE, _A.SCHEDULE, _A.BEGIN})


def advance_text(status: TextStatus, action: TextAction) -> TextStatus:
    """Return the status after the action; raise Conflict when it is not open."""
    after = TRANSITIONS.get((status, action))
    if after is None:
        raise Conflict(
            f"A text that is {status} can't be acted on by {action}.",
            remedy="Load the article again: somebody else has moved it on.",
        )
    return after


def open_actions(status: TextStatus) -> tuple[TextAction, ...]:
    """Return what a person may do with a text in this status, in the order of its life."""
    asked = (each for each in TextAction if each not in _OF_ITSELF)
    return tuple(each for each in asked if (status, each) in TRANSITIONS)
