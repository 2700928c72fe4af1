"""知识缺口: what people ask and the knowledge base can't answer, counted, for its editors."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from hotline.core.accounts import Actor
from hotline.core.errors import NotFound
from hotline.core.masking import mask_leaving
from knowledge.articles.models_articles import ArticleGap
from nlp import names, text

LONGEST = 200  # characters: what was asked, no more
SHORTEST = 2
# Somebody's words, though masked: what nobody asks again is no gap, and is not kept for ever.
KEPT_FOR = timedelta(days=180)


def note(
    session: Session, question: str, *, district: str = "", matter: str = "", now: datetime
) -> None:
    """Count that this was asked and found no good answer; names and numbers are hidden."""
    asked = names.hide(text.normalise(mask_leaving(question)))[:LONGEST].strip()
    if len(asked) < SHORTEST:
        return
    row = {"question": asked, "district_code": district, "matter_code": matter}
    made = insert(ArticleGap).values(
        **row, times=1, first_at=now, last_at=now, closed_by="", closed_at=None
    )
    session.exec(
        made.on_conflict_do_update(
            index_elements=["question", "district_code"],
            set_={"times": col(ArticleGap.times) + 1, "last_at": now, "closed_at": None},
        )
    )


def open_ones(session: Session, *, limit: int = 100) -> Sequence[ArticleGap]:
    """Return what was asked most and is not answered yet."""
    waiting = select(ArticleGap).where(col(ArticleGap.closed_at).is_(None))
    by_times = waiting.order_by(col(ArticleGap.times).desc(), col(ArticleGap.id).desc())
    return session.exec(by_times.limit(limit)).all()


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete what has not been asked again for long."""
    session.execute(delete(ArticleGap).where(col(ArticleGap.last_at) < now - KEPT_FOR))


def close(session: Session, gap_id: int, *, actor: Actor, now: datetime) -> ArticleGap:
    """Say that the gap is filled, or none; it opens again when it is asked once more."""
    row = session.get(ArticleGap, gap_id)
    if row is None or row.closed_at:
        raise NotFound("There is no such gap.")
    row.closed_at, row.closed_by = now, str(actor)
    session.add(row)
    return row
