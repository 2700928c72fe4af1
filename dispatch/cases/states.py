"""A case text's life as data: `(status, action) -> status`; nothing else moves one on."""

from collections.abc import Mapping
from enum import StrEnum

from dispatch import stages


class Status(StrEnum):
    DRAFT = "draft"  # 草稿
    REVIEW = "review"  # 待审核
    PUBLISHED = "published"  # 已发布
    RECALLED = "recalled"  # 待复核: a source was sealed or erased; nobody reads it meanwhile
    WITHDRAWN = "withdrawn"  # 已撤下
    REPLACED = "replaced"  # 已有新版


class Action(StrEnum):
    SUBMIT = "submit"  # 送审
    SEND_BACK = "send_back"  # 退回修改
    PUBLISH = "publish"  # 发布, by somebody else than who wrote it
    RECALL = "recall"  # comes of its sources
    WITHDRAW = "withdraw"  # 撤下
    REPLACE = "replace"  # comes of a newer text that is published


class Kind(StrEnum):
    GOOD = "good"  # 正面案例
    WARNING = "warning"  # 反面案例


_S, _A = Status, Action
STEPS: Mapping[tuple[Status, Action], Status] = {
    (_S.DRAFT, _A.SUBMIT): _S.REVIEW,
    (_S.DRAFT, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.REVIEW, _A.SEND_BACK): _S.DRAFT,
    (_S.REVIEW, _A.PUBLISH): _S.PUBLISHED,
    (_S.PUBLISHED, _A.RECALL): _S.RECALLED,
    (_S.PUBLISHED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.PUBLISHED, _A.REPLACE): _S.REPLACED,
    (_S.RECALLED, _A.PUBLISH): _S.PUBLISHED,
    (_S.RECALLED, _A.SEND_BACK): _S.DRAFT,
    (_S.RECALLED, _A.WITHDRAW): _S.WITHDRAWN,
    (_S.RECALLED, _A.REPLACE): _S.REPLACED,
}
UNDER_WAY = (_S.DRAFT, _S.REVIEW)  # a case has one of these at most
STANDING = (_S.PUBLISHED, _S.RECALLED)  # and one of these
OF_ITSELF = frozenset({_A.RECALL, _A.REPLACE})
OF_PUBLISHERS = frozenset({_A.PUBLISH, _A.SEND_BACK, _A.WITHDRAW})
NEEDS_REASON = frozenset({_A.SEND_BACK, _A.WITHDRAW})


def advance(status: Status, action: Action) -> Status:
    """Return the status after the action; raise Conflict where there is none."""
    return stages.advance(STEPS, status, action, of="case")


def open_actions(status: Status) -> tuple[Action, ...]:
    """Return what people may do with a text in this status, in the order of its life."""
    asked = (each for each in Action if each not in OF_ITSELF)
    return stages.possible(STEPS, status, asked)
