"""撰写: a new article, or the next text of one; what is published stays as it is meanwhile."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from hotline.core.accounts import Actor
from hotline.core.events import EventType
from knowledge import lives, stored
from knowledge.articles import finding, life
from knowledge.articles.models_articles import Article, ArticleText
from knowledge.articles.states import TextStatus
from knowledge.articles.wording import Language, Wording, check, columns, wording_of

_SERIAL = text("SELECT nextval('article_changes')")


def create(
    session: Session, wording: Wording, *, actor: Actor, now: datetime, code: str = ""
) -> Article:
    """Return a new article whose first text is this draft; raise Invalid for what can't stand.

    `code` is one that nobody has; without it the article gets the next number.
    """
    _check(session, wording)
    code = code or f"a{int(session.execute(_SERIAL).scalar_one()):06d}"
    article = Article(code=code, created_at=now, created_by=str(actor), version=0)
    session.add(article)
    session.flush()
    _draft(session, article, wording, actor=actor, now=now)
    return article


def write(
    session: Session, article: Article, wording: Wording, *, actor: Actor, now: datetime
) -> ArticleText:
    """Change the draft, or begin the next one from here; an article so written is the site's own.

    Raises Conflict while the next text waits for somebody's judgement.
    """
    _check(session, wording)
    article.seed = ""
    row = finding.under_way(session, article)
    if row is None:
        return _draft(session, article, wording, actor=actor, now=now)
    lives.redraft(row, by=actor, now=now, name=f"text of {article.code}")
    row.sqlmodel_update(columns(_in_step(wording, before=wording_of(row))))
    session.add(row)
    life.tell(session, article, EventType.ARTICLE_DRAFTED, row, actor=actor, now=now)
    return row


def _draft(
    session: Session, article: Article, wording: Wording, *, actor: Actor, now: datetime
) -> ArticleText:
    before = finding.latest(session, article)
    fitting = _in_step(wording, before=wording_of(before)) if before else wording
    row = ArticleText(
        article_id=article.id or 0,
        number=finding.last_number(session, article) + 1,
        status=TextStatus.DRAFT,
        drafted_at=now,
        drafted_by=str(actor),
        **columns(fitting),
    )
    session.add(row)
    life.tell(session, article, EventType.ARTICLE_DRAFTED, row, actor=actor, now=now)
    return row


def _in_step(wording: Wording, *, before: Wording) -> Wording:
    """Say that Tibetan words which stayed while the Chinese changed are late."""
    zh_changed = (wording.question, wording.say, wording.send) != (
        before.question,
        before.say,
        before.send,
    )
    bo_same = (wording.question_bo, wording.say_bo, wording.send_bo) == (
        before.question_bo,
        before.say_bo,
        before.send_bo,
    )
    if zh_changed and bo_same and wording.bo_state is Language.IN_SYNC:
        return replace(wording, bo_state=Language.STALE)
    return wording


def _check(session: Session, wording: Wording) -> None:
    known = stored.current(session)
    check(
        wording,
        departments=known.departments,
        matters=known.matters,
        districts=known.districts,
    )
