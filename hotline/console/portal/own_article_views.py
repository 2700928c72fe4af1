"""A department's own articles as its pages show them; the hotline's people have no names here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from hotline.console import moments
from hotline.console.answering.steps import mark_of
from hotline.console.frame import Viewer
from hotline.console.portal.callings import as_department
from hotline.core.clock import beijing_day
from knowledge.articles import finding, mistakes
from knowledge.articles.models_articles import Article, ArticleText
from knowledge.articles.owning import Owned
from knowledge.articles.states import TextStatus


@dataclass(frozen=True)
class Line:
    """One article of the list: what it asks, where it stands, what waits for the department."""

    code: str
    question: str
    statuses: list[str]
    wrong_due: str  # until when a report is to be answered
    wrong_late: bool
    review: str  # the day to look at it again, once that has come
    sent_back: bool
    sample: bool


def lines(found: Sequence[Owned], *, now: datetime) -> list[Line]:
    """Return the list's lines."""
    return [_line(each, now) for each in found]


def detail(session: Session, article: Article, viewer: Viewer, *, now: datetime) -> dict[str, Any]:
    """Return what one article's page shows."""
    shown, coming = finding.shown(session, article), finding.coming(session, article)
    mistake = mistakes.of_article(session, article)
    rows = [row for row in (shown, coming) if row]
    called = as_department(viewer.actor.department)(session, {row.drafted_by for row in rows})
    return {
        "article": article,
        "shown": _text(shown, called, now) if shown else None,
        "coming": _text(coming, called, now) if coming else None,
        "mark": mark_of(coming) if coming else "",
        "mistake": mistake,
        "mistake_due": moments.full(mistake.due_at) if mistake else "",
        "mistake_late": bool(mistake and mistake.due_at < now),
        "may_write": coming is None or coming.status in (TextStatus.DRAFT, TextStatus.SCHEDULED),
        "is_draft": coming is not None and coming.status == TextStatus.DRAFT,
    }


def _line(owned: Owned, now: datetime) -> Line:
    text = owned.shown or owned.coming
    statuses = [row.status for row in (owned.shown, owned.coming) if row]
    mistake, draft = owned.mistake, owned.coming
    return Line(
        code=owned.article.code,
        question=text.question if text else "",
        statuses=statuses,
        wrong_due=moments.full(mistake.due_at) if mistake else "",
        wrong_late=bool(mistake and mistake.due_at < now),
        review=_review(owned.shown, now),
        sent_back=bool(draft and draft.status == TextStatus.DRAFT and draft.note),
        sample=bool(text and text.sample),
    )


def _review(row: ArticleText | None, now: datetime) -> str:
    due = row and row.status == TextStatus.PUBLISHED and row.review_by
    return moments.day(due) if due and due <= beijing_day(now) else ""


def _text(row: ArticleText, called: dict[str, str], now: datetime) -> dict[str, Any]:
    return {
        "row": row,
        "by": called.get(row.drafted_by, ""),
        "at": moments.short(row.drafted_at),
        "over": row.status == TextStatus.EXPIRED
        or bool(row.valid_to and row.valid_to < beijing_day(now)),
        "review": _review(row, now),
    }
