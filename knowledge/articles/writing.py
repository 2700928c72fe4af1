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
    row.sqlmodel_update(columns(_in_step(session, article, wording)))
    session.add(row)
    life.tell(session, article, EventType.ARTICLE_DRAFTED, row, actor=actor, now=now)
    return row


def _draft(
    session: Session, article: Article, wording: Wording, *, actor: Actor, now: datetime
) -> ArticleText:
    row = ArticleText(
        article_id=article.id or 0,
        number=finding.last_number(session, article) + 1,
        status=TextStatus.DRAFT,
        drafted_at=now,
        drafted_by=str(actor),
        **columns(_in_step(session, article, wording)),
    )
    session.add(row)
    life.tell(session, article, EventType.ARTICLE_DRAFTED, row, actor=actor, now=now)
    return row


def _in_step(session: Session, article: Article, wording: Wording) -> Wording:
    """Say that Tibetan words which stayed while the Chinese changed are late.

    They are measured by the text that has them, the shown one first: saying the same once more
    does not bring them up to date.
    """
    if wording.bo_state is not Language.IN_SYNC:
        return wording
    for of in (finding.shown, finding.scheduled, finding.under_way):
        row = of(session, article)
        before = wording_of(row) if row else None
        if before and before.bo == wording.bo:
            late = before.zh != wording.zh
            return replace(wording, bo_state=Language.STALE) if late else wording
    return wording


def _check(session: Session, wording: Wording) -> None:
    known = stored.current(session)
    check(
        wording,
        departments=known.departments,
        matters=known.matters,
        districts=known.districts,
    )
