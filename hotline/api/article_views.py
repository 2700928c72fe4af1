"""Articles as they go over the wire."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from hotline.api.schemas_articles import (
    ArticleDetail,
    ArticleIn,
    ArticleOut,
    ArticlesFound,
    FoundOut,
    MistakeOut,
    TextOut,
)
from hotline.core.clock import beijing_day, now
from knowledge.articles import finding, mistakes
from knowledge.articles.models_articles import Article, ArticleText
from knowledge.articles.states import TextStatus
from knowledge.articles.wording import Wording
from knowledge.searching.entries import Found

_SAME = (
    *("status", "question", "variants", "say", "send", "question_bo", "say_bo", "send_bo"),
    *("bo_state", "source", "valid_from", "valid_to", "review_by", "missing", "sample"),
)


def article_out(article: Article, text: ArticleText) -> ArticleOut:
    """Return the text as everybody may read it."""
    return ArticleOut(**_values(article, text))


def detail(session: Session, article: Article) -> ArticleDetail:
    """Return all texts of the article."""
    mistake = mistakes.of_article(session, article)
    return ArticleDetail(
        code=article.code,
        version=article.version,
        texts=[_text(article, each) for each in finding.texts(session, article)],
        mistake=MistakeOut.model_validate(mistake) if mistake else None,
    )


def found_out(session: Session, found: Sequence[Found]) -> ArticlesFound:
    """Return what was found; what is gone meanwhile is left out."""
    pairs = finding.shown_by_id(session, [each.id for each in found])
    there = [each for each in found if each.id in pairs]
    shown = [
        FoundOut(article=article_out(*pairs[each.id]), good=each.good, covers=round(each.covers, 3))
        for each in there
    ]
    return ArticlesFound(
        good=any(each.good for each in shown),
        items=[one for one, each in zip(shown, there, strict=True) if not each.expired],
        expired=[one for one, each in zip(shown, there, strict=True) if each.expired],
    )


def wording_of(given: ArticleIn) -> Wording:
    """Return what somebody wrote as a wording."""
    values = given.model_dump(exclude={"department", "matters", "district"})
    lists: dict[str, Any] = {name: tuple(values.pop(name)) for name in ("variants", "missing")}
    return Wording(
        **values,
        **lists,
        department_code=given.department,
        matter_codes=tuple(given.matters),
        district_code=given.district,
    )


def _text(article: Article, text: ArticleText) -> TextOut:
    by = ("drafted_at", "drafted_by", "reviewed_by", "published_by", "note")
    return TextOut(**_values(article, text), **{name: getattr(text, name) for name in by})


def _values(article: Article, text: ArticleText) -> dict[str, Any]:
    ended = text.valid_to is not None and text.valid_to < beijing_day(now())
    return {
        **{name: getattr(text, name) for name in _SAME},
        "code": article.code,
        "expired": ended or text.status == TextStatus.EXPIRED,
        "department": text.department_code,
        "matters": text.matter_codes,
        "district": text.district_code,
        "text_version": text.number,
    }
