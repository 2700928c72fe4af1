"""撰写与审核, as articles and items share it: whose step it is, and on which words it is taken."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol, TypeVar

from hotline.console.faults import Misfilled
from hotline.console.frame import Viewer
from hotline.console.words import say
from hotline.core.errors import Invalid, Stale
from hotline.core.security import Permission
from knowledge.articles.states import TextAction, TextStatus, open_actions

_BY = {
    TextAction.SUBMIT: Permission.ARTICLE_WRITE,
    TextAction.SEND_BACK: Permission.ARTICLE_REVIEW,
    TextAction.APPROVE: Permission.ARTICLE_REVIEW,
    TextAction.PUBLISH: Permission.ARTICLE_PUBLISH,
    TextAction.EXPIRE: Permission.ARTICLE_PUBLISH,
}
_NOT_ONE_S_OWN = (TextAction.APPROVE, TextAction.PUBLISH)


class Judged(Protocol):
    """One text of an article, or one version of an item."""

    number: int
    status: str
    drafted_at: datetime
    drafted_by: str


Done = TypeVar("Done")
Seen = TypeVar("Seen", bound=Judged)


def steps_of(row: Judged, viewer: Viewer) -> list[TextAction]:
    """Return what the viewer may do with it now."""
    return [
        action
        for action in open_actions(TextStatus(row.status))
        if _BY[action] in viewer.may and not (is_own(row, viewer) and action in _NOT_ONE_S_OWN)
    ]


def is_own(row: Judged, viewer: Viewer) -> bool:
    """Return whether the viewer wrote it last: they do not judge it."""
    return row.drafted_by == str(viewer.actor)


def mark_of(row: Judged) -> str:
    """Return what tells whether it has changed, or moved on, since somebody looked at it."""
    return f"{row.number}.{row.status}.{row.drafted_at.timestamp():.6f}"


def require_seen(row: Judged | None, seen: str) -> None:
    """Raise Stale when it is another than the page showed; pages say which it was."""
    if seen and row and mark_of(row) != seen:
        raise Stale("The text was changed since the page was opened.", remedy="Open it again.")


def seen_of(rows: Iterable[Seen], mark: str) -> Seen:
    """Return the text that has this mark; raise Stale when none has it any longer."""
    for row in rows:
        if mark_of(row) == mark:
            return row
    raise Stale("The text was changed since the page was opened.", remedy="Open it again.")


def in_words(act: Callable[[], Done]) -> Done:
    """Say what is wrong with a form in its reader's words."""
    try:
        return act()
    except Invalid as error:
        raise Misfilled(f"{say('articles.refused')}{error.detail}") from error
