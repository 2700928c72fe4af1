"""纠错: whoever finds an article wrong says so in one key; its owner's time runs from then."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, func, select

from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, NotFound
from hotline.core.events import EventType
from hotline.core.privacy import mask_text
from knowledge.articles import finding, life
from knowledge.articles.models_articles import Article, ArticleMistake

# Ours: no document of the hotline's says how long an owner has.
OWNER_SPAN = timedelta(days=3)
ROW_LIMIT = 200


class Outcome(StrEnum):
    """What became of a report."""

    CORRECTED = "corrected"  # 已更正
    RIGHT = "right"  # 核实无误


def report(
    session: Session, article: Article, note: str = "", *, actor: Actor, now: datetime
) -> ArticleMistake:
    """Return the report that the article's shown text is wrong; a second one joins the first.

    Raises Conflict where nothing is shown that could be wrong.
    """
    row = finding.shown(session, article)
    if row is None:
        raise Conflict(f"Article {article.code} says nothing yet.", remedy="Send the draft back.")
    known = _open_of(session, article)
    if known:
        return _joined(session, known, note)
    made = ArticleMistake(
        article_id=article.id or 0,
        text_number=row.number,
        department_code=row.department_code,
        note=mask_text(note.strip()),
        reported_at=now,
        reported_by=str(actor),
        due_at=now + OWNER_SPAN,
    )
    session.add(made)
    life.tell(session, article, EventType.ARTICLE_DISPUTED, row, actor=actor, now=now)
    return made


def close(
    session: Session, article: Article, outcome: Outcome, *, actor: Actor, now: datetime
) -> ArticleMistake:
    """Say what became of the article's open report; raise NotFound when there is none."""
    row, text = _open_of(session, article), finding.shown(session, article)
    if row is None or text is None:
        raise NotFound(f"Nobody says that {article.code} is wrong.")
    row.closed_at, row.closed_by, row.outcome = now, str(actor), outcome
    session.add(row)
    life.tell(
        session, article, EventType.ARTICLE_VERIFIED, text, actor=actor, now=now, outcome=outcome
    )
    return row


def open_ones(
    session: Session, *, limit: int = ROW_LIMIT
) -> Sequence[tuple[Article, ArticleMistake]]:
    """Return the reports that wait for their owners, the one due first at the top."""
    found = session.exec(
        select(Article, ArticleMistake)
        .join(ArticleMistake, col(ArticleMistake.article_id) == Article.id)
        .where(col(ArticleMistake.closed_at).is_(None))
        .order_by(col(ArticleMistake.due_at), col(ArticleMistake.id))
        .limit(limit)
    )
    return list(found)


def disputed(session: Session, ids: Collection[int]) -> set[int]:
    """Return which of these articles somebody says are wrong."""
    if not ids:
        return set()
    asked = select(ArticleMistake.article_id).where(
        col(ArticleMistake.article_id).in_(ids), col(ArticleMistake.closed_at).is_(None)
    )
    return set(session.exec(asked))


def of_article(session: Session, article: Article) -> ArticleMistake | None:
    """Return the report that is open about the article, if any."""
    return _open_of(session, article)


def count_open(session: Session) -> int:
    """Return how many reports wait."""
    waiting = select(func.count()).where(col(ArticleMistake.closed_at).is_(None))
    return session.exec(waiting).one()


def _open_of(session: Session, article: Article) -> ArticleMistake | None:
    return session.exec(
        select(ArticleMistake).where(
            ArticleMistake.article_id == article.id, col(ArticleMistake.closed_at).is_(None)
        )
    ).first()


def _joined(session: Session, row: ArticleMistake, note: str) -> ArticleMistake:
    """A second report adds its words; the owner's time runs on from the first."""
    said = mask_text(note.strip())
    if said and said not in row.note:
        row.note = "\n".join(filter(None, (row.note, said)))[:4000]
        session.add(row)
    return row
