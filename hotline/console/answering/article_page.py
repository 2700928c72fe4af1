"""An article's page: its shown text, the next one, its versions, and what the viewer may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from hotline.console import moments
from hotline.console.answering.steps import is_own, mark_of, steps_of
from hotline.console.frame import Viewer
from hotline.core import accounts
from hotline.core.clock import beijing_day
from hotline.core.security import Permission
from knowledge import names, stored
from knowledge.articles import finding, mistakes, must_read
from knowledge.articles.models_articles import Article, ArticleMistake, ArticleText
from knowledge.articles.models_reading import MustRead
from knowledge.articles.states import SHOWN, UNDER_WAY, TextAction, TextStatus


@dataclass(frozen=True)
class TextView:
    """One text with names for its codes; `steps` are what the viewer may do with it now."""

    row: ArticleText
    department: str
    district: str
    matters: list[str]
    by: str
    at: str
    over: bool
    steps: list[TextAction]
    own: bool
    mark: str


@dataclass(frozen=True)
class ArticleView:
    """`shown` is published or expired, `next` on its way, `coming` to be shown from a later day.

    `mistake` waits for its owner, `asking` says who must read it.
    """

    article: Article
    shown: TextView | None
    next: TextView | None
    coming: TextView | None
    versions: list[TextView]
    mistake: ArticleMistake | None
    mistake_due: str
    late: bool
    may_write: bool
    asking: MustRead | None
    asked_by_day: str


def article_view(
    session: Session, article: Article, viewer: Viewer, *, now: datetime
) -> ArticleView:
    """Return all that the page shows of the article."""
    rows = finding.texts(session, article)
    called = _called(session, rows)
    views = [_view(row, called, viewer, now) for row in rows]
    coming = next((each for each in views if each.row.status in UNDER_WAY), None)
    mistake = mistakes.of_article(session, article)
    asking = must_read.running(session, article)
    waits = coming is not None and coming.row.status != TextStatus.DRAFT
    return ArticleView(
        article=article,
        shown=next((each for each in views if each.row.status in SHOWN), None),
        next=coming,
        coming=next((each for each in views if each.row.status == TextStatus.SCHEDULED), None),
        versions=views,
        mistake=mistake,
        mistake_due=moments.full(mistake.due_at) if mistake else "",
        late=bool(mistake and mistake.due_at < now),
        may_write=Permission.ARTICLE_WRITE in viewer.may and not waits,
        asking=asking,
        asked_by_day=moments.day(asking.by_day) if asking else "",
    )


def _view(
    row: ArticleText, called: dict[str, dict[str, str]], viewer: Viewer, now: datetime
) -> TextView:
    ended = row.valid_to is not None and row.valid_to < beijing_day(now)
    return TextView(
        row=row,
        department=called["departments"].get(row.department_code, row.department_code),
        district=called["districts"].get(row.district_code, ""),
        matters=[called["matters"].get(code, code) for code in row.matter_codes],
        by=called["people"].get(row.drafted_by, row.drafted_by),
        at=moments.short(row.drafted_at),
        over=ended or row.status == TextStatus.EXPIRED,
        steps=steps_of(row, viewer),
        own=is_own(row, viewer),
        mark=mark_of(row),
    )


def joined(category: Sequence[str]) -> str:
    """Return a matter's levels as one line."""
    return " / ".join(filter(None, category))


def _called(session: Session, rows: Sequence[ArticleText]) -> dict[str, Any]:
    matters = stored.current(session).matters
    return {
        "departments": names.department_names(session, {row.department_code for row in rows}),
        "districts": names.district_names(session, {row.district_code for row in rows}),
        "people": accounts.display_names(session, {row.drafted_by for row in rows}),
        "matters": {code: joined(each.category) for code, each in matters.items()},
    }
