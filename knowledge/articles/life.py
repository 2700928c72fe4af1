"""How a text moves on: the one place where its status changes, each time with one event.

Whoever wrote a text neither approves nor publishes it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid, NotAllowed
from hotline.core.events import EventType
from hotline.core.privacy import mask_text
from knowledge.articles import changes, finding
from knowledge.articles.models_articles import Article, ArticleText
from knowledge.articles.states import TextAction, TextStatus, advance_text

_A = TextAction
_TOLD: Mapping[TextAction, EventType] = {
    _A.SUBMIT: EventType.ARTICLE_SUBMITTED,
    _A.SEND_BACK: EventType.ARTICLE_SENT_BACK,
    _A.APPROVE: EventType.ARTICLE_APPROVED,
    _A.PUBLISH: EventType.ARTICLE_PUBLISHED,
    _A.EXPIRE: EventType.ARTICLE_EXPIRED,
}
NEED_A_REASON = frozenset({_A.SEND_BACK, _A.EXPIRE})
_BY_ANOTHER = frozenset({_A.APPROVE, _A.PUBLISH})


def chain(article: Article) -> str:
    """Return the name of the article's chain of events."""
    return f"article:{article.code}"


def act(
    session: Session,
    article: Article,
    action: TextAction,
    *,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> ArticleText:
    """Move the article's text on; return it.

    Raises Conflict when nothing of it can be acted on so, NotAllowed for an author who would judge
    their own words, Invalid without the reason that sending back and expiring need.
    """
    row = _acted_on(session, article, action)
    if action in _BY_ANOTHER and row.drafted_by == str(actor):
        raise NotAllowed(
            "Nobody judges their own words.", remedy="Ask another editor or a supervisor."
        )
    if action in NEED_A_REASON and not reason.strip():
        raise Invalid("There is no reason.", remedy="Write why, for whoever reads it next.")
    after = advance_text(TextStatus(row.status), action)
    if action is _A.PUBLISH:
        _replace(session, article, row)
    row.status, row.note = after, mask_text(reason.strip())
    _MARKS.get(action, _unmarked)(row, str(actor), now)
    if action in (_A.PUBLISH, _A.EXPIRE):
        article.changed = changes.take(session)
    if action is _A.EXPIRE:
        article.seed = ""  # a newer package does not publish what was taken back
    session.add(row)
    tell(session, article, _TOLD[action], row, actor=actor, now=now)
    return row


def tell(
    session: Session,
    article: Article,
    type: EventType,
    row: ArticleText,
    *,
    actor: Actor,
    now: datetime,
    **refs: Any,
) -> None:
    """Add what happened to the article's history, and count its version up."""
    article.version += 1
    session.add(article)
    session.flush()
    events.append(
        session,
        type,
        chain=chain(article),
        actor=str(actor),
        now=now,
        article=article.code,
        text_version=row.number,
        department=row.department_code,
        **refs,
    )


def _acted_on(session: Session, article: Article, action: TextAction) -> ArticleText:
    of = finding.shown if action is _A.EXPIRE else finding.under_way
    row = of(session, article)
    if row is None:
        raise Conflict(
            f"Article {article.code} has no text for {action}.", remedy="Load the article again."
        )
    return row


def _replace(session: Session, article: Article, row: ArticleText) -> None:
    before = finding.shown(session, article, but=row)
    if before:
        before.status = advance_text(TextStatus(before.status), TextAction.REPLACE)
        session.add(before)
        session.flush()  # one text is shown at a time, at every moment


def _reviewed(row: ArticleText, by: str, at: datetime) -> None:
    row.reviewed_by, row.reviewed_at = by, at


def _published(row: ArticleText, by: str, at: datetime) -> None:
    row.published_by, row.published_at = by, at


def _expired(row: ArticleText, by: str, at: datetime) -> None:
    row.expired_by, row.expired_at = by, at


def _unreviewed(row: ArticleText, _by: str, _at: datetime) -> None:
    row.reviewed_by, row.reviewed_at = "", None


def _unmarked(_row: ArticleText, _by: str, _at: datetime) -> None:
    pass


_MARKS: Mapping[TextAction, Callable[[ArticleText, str, datetime], None]] = {
    _A.APPROVE: _reviewed,
    _A.SEND_BACK: _unreviewed,
    _A.PUBLISH: _published,
    _A.EXPIRE: _expired,
}
