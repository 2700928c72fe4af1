"""本单位的知识: which articles a department answers for, and what of them waits for it.

The text that is shown, or will be, says whose an article is; before there is one, its draft does.
What is another department's is not there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from hotline.core.accounts import Actor
from hotline.core.errors import NotFound
from knowledge.articles.models_articles import Article, ArticleMistake, ArticleText
from knowledge.articles.states import SHOWN, UNDER_WAY, TextStatus


class Waiting(StrEnum):
    """What of its articles a department asks for."""

    MISTAKES = "mistakes"  # somebody says that they are wrong (纠错)
    REVIEWS = "reviews"  # their day to be looked at again has come (复核)
    SENT_BACK = "drafts"  # not submitted yet, or sent back (草稿、退回)


@dataclass(frozen=True, slots=True)
class Owned:
    """One article: the text that stands for it, the next one, and the report about it."""

    article: Article
    shown: ArticleText | None
    coming: ArticleText | None  # under way, or to begin on a later day
    mistake: ArticleMistake | None


def find(session: Session, code: str, *, actor: Actor, lock: bool = False) -> Article:
    """Return the department's article of this code; raise NotFound for any other."""
    asked = select(Article).where(Article.code == code, _is_of(actor.department))
    found = session.exec(asked.with_for_update() if lock else asked).first()
    if found is None or not actor.department:
        raise NotFound(f"There is no article {code!r}.")
    return found


def listed(
    session: Session,
    department: str,
    *,
    waiting: Waiting | None = None,
    on: date,
    after: int = 0,
    limit: int = 50,
) -> list[Owned]:
    """Return the department's articles by id, from beyond `after`; of what waits that alone."""
    asked = select(Article).where(_is_of(department), col(Article.id) > after)
    if waiting:
        asked = asked.where(_waits(waiting, on))
    articles = session.exec(asked.order_by(col(Article.id)).limit(limit)).all()
    return _with_texts(session, articles)


def _with_texts(session: Session, articles: Sequence[Article]) -> list[Owned]:
    ids = [each.id or 0 for each in articles]
    kept = (*SHOWN, *UNDER_WAY, TextStatus.SCHEDULED)
    texts = session.exec(
        select(ArticleText)
        .where(col(ArticleText.article_id).in_(ids), col(ArticleText.status).in_(kept))
        .order_by(col(ArticleText.number))
    ).all()
    open_ones = select(ArticleMistake).where(
        col(ArticleMistake.article_id).in_(ids), col(ArticleMistake.closed_at).is_(None)
    )
    wrong = {each.article_id: each for each in session.exec(open_ones)}
    shown = {each.article_id: each for each in texts if each.status in SHOWN}
    coming = {each.article_id: each for each in texts if each.status not in SHOWN}
    return [
        Owned(each, shown.get(each.id or 0), coming.get(each.id or 0), wrong.get(each.id or 0))
        for each in articles
    ]


def _is_of(department: str) -> ColumnElement[bool]:
    stands, draft = aliased(ArticleText), aliased(ArticleText)
    standing = (
        select(stands.id)
        .where(
            col(stands.article_id) == Article.id,
            col(stands.status).in_((*SHOWN, TextStatus.SCHEDULED)),
        )
        .correlate(Article)
    )
    drafted = (
        select(draft.id)
        .where(
            col(draft.article_id) == Article.id,
            col(draft.status).in_(UNDER_WAY),
            col(draft.department_code) == department,
        )
        .correlate(Article)
    )
    mine = standing.where(col(stands.department_code) == department)
    return or_(mine.exists(), and_(~standing.exists(), drafted.exists()))


def _waits(waiting: Waiting, on: date) -> ColumnElement[bool]:
    if waiting is Waiting.MISTAKES:
        wrong = select(ArticleMistake.id).where(
            ArticleMistake.article_id == Article.id, col(ArticleMistake.closed_at).is_(None)
        )
        return wrong.correlate(Article).exists()
    text = select(ArticleText.id).where(ArticleText.article_id == Article.id).correlate(Article)
    if waiting is Waiting.SENT_BACK:
        return text.where(ArticleText.status == TextStatus.DRAFT).exists()
    late = or_(col(ArticleText.review_by) <= on, col(ArticleText.valid_to) < on)
    return text.where(ArticleText.status == TextStatus.PUBLISHED, late).exists()
