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
    OwnArticleIn,
    OwnArticleOut,
    TextOut,
)
from hotline.core import accounts
from hotline.core.accounts import Account
from hotline.core.clock import beijing_day, now
from knowledge.articles import finding, mistakes
from knowledge.articles.models_articles import Article, ArticleText
from knowledge.articles.owning import Owned
from knowledge.articles.states import TextStatus
from knowledge.articles.wording import Wording
from knowledge.searching.entries import Found

HOTLINE = str(accounts.MACHINE)  # in place of names that a department does not learn
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


def own_detail(session: Session, article: Article, *, department: str) -> ArticleDetail:
    """Return the article as its department reads it: the hotline's people have no names there."""
    whole = detail(session, article)
    authors = {each.drafted_by for each in whole.texts}
    mine = {each.username for each in accounts.among(session, authors) if _is_of(each, department)}
    own = {department, *mine}
    for text in whole.texts:
        system = text.drafted_by.partition("#")[0]  # a key's or a client's: `DEPARTMENT#…`
        text.drafted_by = text.drafted_by if {text.drafted_by, system} & own else HOTLINE
        text.reviewed_by = text.reviewed_by and HOTLINE
        text.published_by = text.published_by and HOTLINE
    return whole


def _is_of(account: Account, department: str) -> bool:
    return account.department == department


def owned_out(owned: Owned) -> OwnArticleOut:
    """Return one line of a department's own list."""
    article, mistake = owned.article, owned.mistake
    return OwnArticleOut(
        code=article.code,
        version=article.version,
        shown=article_out(article, owned.shown) if owned.shown else None,
        next=article_out(article, owned.coming) if owned.coming else None,
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
    return own_wording(given, given.department)


def own_wording(given: OwnArticleIn, department: str) -> Wording:
    """Return what was written as a wording of this department's."""
    values = given.model_dump(exclude={"department", "matters", "district"})
    lists: dict[str, Any] = {name: tuple(values.pop(name)) for name in ("variants", "missing")}
    return Wording(
        **values,
        **lists,
        department_code=department,
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
