"""Find articles and their texts; lists are pages by key."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from hotline.core.errors import NotFound
from knowledge.articles.models_articles import Article, ArticleText
from knowledge.articles.states import SHOWN, TRANSITIONS, UNDER_WAY, TextAction, TextStatus
from knowledge.models import Department, District

Worded = tuple[Article, ArticleText]


def find(session: Session, code: str, *, lock: bool = False) -> Article:
    """Return the article of this code; raise NotFound."""
    asked = select(Article).where(Article.code == code)
    found = session.exec(asked.with_for_update() if lock else asked).first()
    if found is None:
        raise NotFound(f"There is no article {code!r}.")
    return found


def shown(
    session: Session, article: Article, *, but: ArticleText | None = None
) -> ArticleText | None:
    """Return the text that is published, or was and expired; `but` is left out of account."""
    asked = _texts(article, SHOWN)
    return session.exec(asked.where(ArticleText.id != but.id) if but else asked).first()


def under_way(session: Session, article: Article) -> ArticleText | None:
    """Return the text that is being written or judged, if any."""
    return session.exec(_texts(article, UNDER_WAY)).first()


def scheduled(
    session: Session, article: Article, *, but: ArticleText | None = None
) -> ArticleText | None:
    """Return the text that is shown from a later day on; `but` is left out of account."""
    asked = _texts(article, (TextStatus.SCHEDULED,))
    return session.exec(asked.where(ArticleText.id != but.id) if but else asked).first()


def coming(session: Session, article: Article) -> ArticleText | None:
    """Return the next text: what is under way, else the one that begins later."""
    return under_way(session, article) or scheduled(session, article)


def latest(session: Session, article: Article) -> ArticleText | None:
    """Return the text that the next one is written from."""
    return coming(session, article) or shown(session, article)


def acted_on(
    session: Session, article: Article, action: TextAction, *, number: int | None = None
) -> ArticleText | None:
    """Return the text of this number; without one, the text that the action applies to.

    Of two, that is the one under way: whoever means the one that begins later says its number.
    """
    rows = texts(session, article)
    if number is not None:
        return next((row for row in rows if row.number == number), None)
    open_ones = [row for row in rows if (row.status, action) in TRANSITIONS]
    return next(iter(sorted(open_ones, key=lambda row: row.status not in UNDER_WAY)), None)


def to_begin(session: Session, *, on: date, limit: int = 100) -> Sequence[str]:
    """Return the codes of the articles whose next text begins on this day or began before."""
    due = select(Article.code).join(ArticleText, col(ArticleText.article_id) == Article.id)
    waiting = due.where(
        ArticleText.status == TextStatus.SCHEDULED, col(ArticleText.valid_from) <= on
    )
    return session.exec(waiting.order_by(col(Article.id)).limit(limit)).all()


def texts(session: Session, article: Article) -> Sequence[ArticleText]:
    """Return all texts of the article, the newest first."""
    mine = select(ArticleText).where(ArticleText.article_id == article.id)
    return session.exec(mine.order_by(col(ArticleText.number).desc())).all()


def last_number(session: Session, article: Article) -> int:
    """Return the number of the newest text, 0 without any."""
    newest = select(func.max(ArticleText.number)).where(ArticleText.article_id == article.id)
    return session.exec(newest).one() or 0


def shown_by_id(session: Session, ids: Collection[int]) -> dict[int, tuple[Article, ArticleText]]:
    """Return the shown texts of these articles, by the article's id."""
    if not ids:
        return {}
    asked = _pairs().where(col(Article.id).in_(ids), col(ArticleText.status).in_(SHOWN))
    return {pair[0].id or 0: (pair[0], pair[1]) for pair in session.exec(asked)}


def shown_by_code(session: Session, codes: Collection[str]) -> dict[str, ArticleText]:
    """Return the shown texts of the articles of these codes."""
    if not codes:
        return {}
    asked = _pairs().where(col(Article.code).in_(codes), col(ArticleText.status).in_(SHOWN))
    return {article.code: text for article, text in session.exec(asked)}


def listed(
    session: Session,
    *,
    statuses: Collection[TextStatus] = SHOWN,
    department: str = "",
    district: str = "",
    bo_state: str = "",
    after: int = 0,
    limit: int = 50,
) -> Sequence[Worded]:
    """Return articles with the text in one of these statuses, by id, from beyond `after`."""
    asked = _pairs().where(col(ArticleText.status).in_(statuses), col(Article.id) > after)
    if department:
        asked = asked.where(col(ArticleText.department_code) == department)
    if district:
        asked = asked.where(col(ArticleText.district_code).in_(("", district)))
    if bo_state:
        asked = asked.where(col(ArticleText.bo_state) == bo_state)
    return session.exec(asked.order_by(col(Article.id)).limit(limit)).all()


def to_be_reviewed(session: Session, *, on: date, limit: int = 50) -> Sequence[Worded]:
    """Return what is published and whose day to be looked at again has come, the latest first."""
    asked = _pairs().where(col(ArticleText.status) == TextStatus.PUBLISHED, _is_late(on))
    by_day = asked.order_by(col(ArticleText.review_by), col(Article.id))
    return session.exec(by_day.limit(limit)).all()


def incomplete(session: Session, *, after: int = 0, limit: int = 50) -> Sequence[Worded]:
    """Return what is published with something that nobody could support: gaps of its own."""
    lacking = and_(col(ArticleText.status).in_(SHOWN), func.jsonb_array_length(_MISSING) > 0)
    asked = _pairs().where(lacking, col(Article.id) > after)
    return session.exec(asked.order_by(col(Article.id)).limit(limit)).all()


def owners(session: Session) -> list[tuple[str, str]]:
    """Return who owns what is shown, by code and name."""
    asked = select(Department.code, Department.name).where(
        col(Department.code).in_(
            select(ArticleText.department_code).where(col(ArticleText.status).in_(SHOWN))
        )
    )
    return [(code, name) for code, name in session.exec(asked.order_by(col(Department.code)))]


def places(session: Session) -> list[tuple[str, str]]:
    """Return the districts above the counties, by code and name."""
    asked = select(District.code, District.name_zh).where(col(District.code).like("%00"))
    return [(code, name) for code, name in session.exec(asked.order_by(col(District.code)))]


_MISSING = col(ArticleText.missing)


def _is_late(on: date) -> ColumnElement[bool]:
    return or_(col(ArticleText.review_by) <= on, col(ArticleText.valid_to) < on)


def _pairs() -> "Select[Article, ArticleText]":
    return select(Article, ArticleText).join(ArticleText, col(ArticleText.article_id) == Article.id)


def _texts(article: Article, statuses: Collection[TextStatus]) -> SelectOfScalar[ArticleText]:
    return select(ArticleText).where(
        ArticleText.article_id == article.id, col(ArticleText.status).in_(statuses)
    )
