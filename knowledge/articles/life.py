"""How a text moves on: the one place where its status changes, each time with one event.

Whoever wrote a text neither approves nor publishes it. What is published for a later day is shown
from that day on, of itself (`begin`).
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from hotline.core import events
from hotline.core.accounts import MACHINE, Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict
from hotline.core.events import EventType
from knowledge import lives
from knowledge.articles import finding
from knowledge.articles.models_articles import Article, ArticleText
from knowledge.articles.states import TextAction, TextStatus

_A = TextAction
_TOLD: Mapping[TextAction, EventType] = {
    _A.SUBMIT: EventType.ARTICLE_SUBMITTED,
    _A.SEND_BACK: EventType.ARTICLE_SENT_BACK,
    _A.APPROVE: EventType.ARTICLE_APPROVED,
    _A.PUBLISH: EventType.ARTICLE_PUBLISHED,
    _A.EXPIRE: EventType.ARTICLE_EXPIRED,
}


def chain(article: Article) -> str:
    """Return the name of the article's chain of events."""
    return f"article:{article.code}"


def act(
    session: Session,
    article: Article,
    action: TextAction,
    *,
    reason: str = "",
    number: int | None = None,
    actor: Actor,
    now: datetime,
) -> ArticleText:
    """Move the article's text on, of this number where one is said; return it.

    Raises Conflict when nothing of it can be acted on so, NotAllowed for an author who would judge
    their own words, Invalid without the reason that sending back and expiring need.
    """
    row = _acted_on(session, article, action, number)
    lives.require_allowed(row, action, reason, actor)
    step = _step(session, article, row, action, beijing_day(now))
    later = step is _A.SCHEDULE
    if action is _A.PUBLISH:
        _replace(session, article, row, by=finding.scheduled if later else finding.shown)
    lives.move(session, article, row, step, reason, actor=actor, now=now)
    begins = {"begins": row.valid_from.isoformat()} if later else {}
    tell(session, article, _TOLD[action], row, actor=actor, now=now, **begins)
    return row


def begin(session: Session, article: Article, *, now: datetime) -> ArticleText | None:
    """生效: show the text whose day has come, in place of the former; return it, None for none."""
    row = finding.scheduled(session, article)
    if row is None or row.valid_from > beijing_day(now):
        return None
    _replace(session, article, row, by=finding.shown)
    lives.move(session, article, row, _A.BEGIN, "", actor=MACHINE, now=now)
    tell(session, article, EventType.ARTICLE_BEGAN, row, actor=MACHINE, now=now)
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


def _acted_on(
    session: Session, article: Article, action: TextAction, number: int | None
) -> ArticleText:
    row = finding.acted_on(session, article, action, number=number)
    if row is None:
        raise Conflict(
            f"Article {article.code} has no text for {action}.", remedy="Load the article again."
        )
    return row


def _step(
    session: Session, article: Article, row: ArticleText, action: TextAction, today: date
) -> TextAction:
    """Return what the action comes to.

    A text that was to begin later is a draft again; beside another that is under way, which has
    that place, it is put aside.
    """
    if action is _A.PUBLISH and row.valid_from > today:
        return _A.SCHEDULE
    waits = action is _A.SEND_BACK and row.status == TextStatus.SCHEDULED
    return _A.REPLACE if waits and finding.under_way(session, article) else action


def _replace(
    session: Session, article: Article, row: ArticleText, *, by: Callable[..., ArticleText | None]
) -> None:
    before = by(session, article, but=row)
    if before:
        lives.put_aside(session, before)
        session.flush()  # one text is shown at a time, at every moment
