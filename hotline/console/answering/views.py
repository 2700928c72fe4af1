"""Articles as pages show them: names for codes, what was asked for marked, what it lacks said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hotline.console import moments
from hotline.core.clock import beijing_day
from knowledge import names
from knowledge.articles import finding, mistakes
from knowledge.articles.models_articles import Article, ArticleText
from knowledge.articles.states import TextStatus
from knowledge.searching import highlights
from knowledge.searching.entries import Found
from knowledge.searching.highlights import Stretch


@dataclass(frozen=True)
class Answer:
    """One article that may answer: its words with what was asked for marked."""

    code: str
    question: list[Stretch]
    say: list[Stretch]
    say_bo: str
    bo_state: str
    sends: bool
    department: str
    district: str
    sample: bool
    missing: list[str]
    expired: bool
    late: str  # the day on which it had to be looked at again, once that has come
    disputed: bool


def answers(session: Session, found: Sequence[Found], query: str, *, now: datetime) -> list[Answer]:
    """Return what was found, in its order; what is no longer there is left out."""
    ids = [each.id for each in found]
    pairs = finding.shown_by_id(session, ids)
    wrong = mistakes.disputed(session, ids)
    shown = [(pairs[each.id], each.expired) for each in found if each.id in pairs]
    called = _names(session, [pair[1] for pair, _ in shown])
    return [
        _answer(*pair, query, called, expired, (pair[0].id or 0) in wrong, now)
        for pair, expired in shown
    ]


def listed(
    session: Session, pairs: Sequence[tuple[Article, ArticleText]], *, now: datetime
) -> list[Answer]:
    """Return rows of a list as answers to no question."""
    called = _names(session, [text for _, text in pairs])
    wrong = mistakes.disputed(session, [article.id or 0 for article, _ in pairs])
    return [
        _answer(article, text, "", called, _over(text, now), (article.id or 0) in wrong, now)
        for article, text in pairs
    ]


def _answer(
    article: Article,
    text: ArticleText,
    query: str,
    called: dict[str, str],
    expired: bool,
    disputed: bool,
    now: datetime,
) -> Answer:
    late = text.review_by and text.review_by <= beijing_day(now)
    return Answer(
        code=article.code,
        question=highlights.highlighted(text.question, query),
        say=highlights.highlighted(text.say, query),
        say_bo=text.say_bo,
        bo_state=text.bo_state,
        sends=bool(text.send.strip()),
        department=called.get(text.department_code, text.department_code),
        district=called.get(text.district_code, ""),
        sample=text.sample,
        missing=list(text.missing),
        expired=expired,
        late=moments.day(text.review_by) if late and text.review_by else "",
        disputed=disputed,
    )


def _over(text: ArticleText, now: datetime) -> bool:
    ended = text.valid_to is not None and text.valid_to < beijing_day(now)
    return ended or text.status == TextStatus.EXPIRED


def _names(session: Session, texts: Sequence[ArticleText]) -> dict[str, str]:
    departments = {text.department_code for text in texts}
    districts = {text.district_code for text in texts if text.district_code}
    return names.department_names(session, departments) | names.district_names(session, districts)
