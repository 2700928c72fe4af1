"""必读: who must have read an article by which day, and their receipts; a new text asks again.

An article that is shown from a later day on is asked for from that day on, of itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, func, select

from hotline.core import events
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, Invalid, NotFound
from hotline.core.events import EventType
from knowledge import lineage
from knowledge.articles import finding, life, readers
from knowledge.articles.models_articles import Article, ArticleText
from knowledge.articles.models_reading import MustRead, ReadReceipt
from knowledge.articles.readers import Audience, Reader
from knowledge.articles.states import TextStatus

MOST = 200  # must-reads that run at a time: a list that nobody reads asks nobody
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody must read: the text that is shown, and the last day to read it on."""

    article: Article
    text: ArticleText
    asking: MustRead
    by_day: date
    read_at: datetime | None = None


def ask(
    session: Session,
    article: Article,
    by_day: date,
    audience: Audience,
    *,
    actor: Actor,
    now: datetime,
) -> MustRead:
    """Have the article read by everybody in the audience; asking again changes day and audience.

    Raises Invalid for a day that is past or too far, or an audience that nobody is in.
    """
    today = beijing_day(now)
    if not today <= by_day <= today + LONGEST:
        raise Invalid(f"{by_day} is no day to read by.", remedy="Take one of the coming year.")
    readers.check(session, audience)
    row = running(session, article)
    if row is None and count_running(session) >= MOST:
        raise Conflict(f"{MOST} articles must be read already.", remedy="End what is known.")
    row = row or MustRead(
        article_id=article.id or 0, by_day=by_day, days=0, asked_at=now, asked_by=""
    )
    row.by_day, row.days = by_day, max(1, (by_day - _begins(session, article, today)).days)
    row.roles, row.skill = list(audience.roles), audience.skill
    row.district_code, row.asked_at, row.asked_by = audience.district, now, str(actor)
    session.add(row)
    _tell(session, article, EventType.ARTICLE_MUST_BE_READ, actor, now, by_day=by_day.isoformat())
    return row


def end(session: Session, article: Article, *, actor: Actor, now: datetime) -> MustRead:
    """Ask nobody any more; raise NotFound where nobody is asked."""
    row = running(session, article)
    if row is None:
        raise NotFound(f"Nobody must read {article.code}.")
    row.ended_at, row.ended_by = now, str(actor)
    session.add(row)
    _tell(session, article, EventType.ARTICLE_NEED_NOT_BE_READ, actor, now)
    return row


def running(session: Session, article: Article) -> MustRead | None:
    """Return who is asked to read the article, None for nobody."""
    mine = select(MustRead).where(
        MustRead.article_id == article.id, col(MustRead.ended_at).is_(None)
    )
    return session.exec(mine).first()


def audience_of(row: MustRead) -> Audience:
    """Return for whom it is."""
    return Audience(tuple(row.roles), row.skill, row.district_code)


def unread(session: Session, actor: Actor, *, now: datetime) -> list[Asked]:
    """Return what the actor must read and has not, by their own last days, the first at the top."""
    asked = asked_of(session, actor.name, now=now)
    return _to(session, actor, [each for each in asked if each.read_at is None])


def asked_of(session: Session, reader: str, *, now: datetime) -> list[Asked]:
    """Return every text that must be read today, with when `reader` read it, if they did."""
    found = session.execute(
        select(Article, ArticleText, MustRead, ReadReceipt.at)
        .join(MustRead, col(MustRead.article_id) == Article.id)
        .join(ArticleText, col(ArticleText.article_id) == Article.id)
        .join(
            ReadReceipt,
            (col(ReadReceipt.article_id) == Article.id)
            & (col(ReadReceipt.text_number) == ArticleText.number)
            & (col(ReadReceipt.reader) == reader),
            isouter=True,
        )
        .where(col(MustRead.ended_at).is_(None), ArticleText.status == TextStatus.PUBLISHED)
    )
    today = beijing_day(now)
    holding = [
        Asked(article, text, asking, due_day(asking, text), at)
        for article, text, asking, at in found.all()
        if text.valid_to is None or text.valid_to >= today
    ]
    return sorted(holding, key=lambda each: (each.by_day, each.article.code))


def due_day(asking: MustRead, text: ArticleText) -> date:
    """Return the last day to read this text on: one that came later leaves its readers as long."""
    published = beijing_day(text.published_at) if text.published_at else text.valid_from
    begun = max(text.valid_from, published)
    if begun <= beijing_day(asking.asked_at):
        return asking.by_day
    return max(asking.by_day, begun + timedelta(days=asking.days))


def last_day(asking: MustRead, by_day: date, reader: Reader) -> date:
    """Return the reader's own last day: who came after the asking has as long as the others had."""
    if reader.since is None or reader.since <= beijing_day(asking.asked_at):
        return by_day
    return max(by_day, reader.since + timedelta(days=asking.days))


def confirm(
    session: Session, article: Article, text_number: int, *, actor: Actor, now: datetime
) -> None:
    """已读: keep that the actor has read this text, from the first time on.

    Raises NotFound for what the actor is not asked to read, Conflict when another text has taken
    its place: nobody confirms what they have not seen.
    """
    asked = asked_of(session, actor.name, now=now)
    this = [each for each in asked if each.article.id == article.id]
    mine = next(iter(_to(session, actor, this)), None)
    if mine is None:
        raise NotFound(f"Nobody asks {actor} to read {article.code}.")
    if mine.text.number != text_number:
        raise Conflict(f"{article.code} has a newer text.", remedy="Read that one.")
    row = {"article_id": article.id, "text_number": text_number, "reader": actor.name, "at": now}
    kept = session.execute(insert(ReadReceipt).values(row).on_conflict_do_nothing())
    if kept.rowcount:  # type: ignore[attr-defined]
        _tell(session, article, EventType.ARTICLE_READ, actor, now, text_version=text_number)


def receipts(session: Session, article: Article, text_number: int) -> dict[str, datetime]:
    """Return when each reader read this text."""
    found = select(ReadReceipt.reader, ReadReceipt.at).where(
        ReadReceipt.article_id == article.id, ReadReceipt.text_number == text_number
    )
    return dict(session.exec(found).all())


def _to(session: Session, actor: Actor, asked: Sequence[Asked]) -> list[Asked]:
    """Return which of them ask the actor, each with the actor's own last day."""
    if not asked:
        return []
    reader = readers.reader_of(session, actor)
    above = lineage.parents(session) if any(each.asking.district_code for each in asked) else {}
    mine = [
        replace(each, by_day=last_day(each.asking, each.by_day, reader))
        for each in asked
        if readers.asks(audience_of(each.asking), reader, above)
    ]
    return sorted(mine, key=lambda each: (each.by_day, each.article.code))


def count_running(session: Session) -> int:
    """Return how many articles somebody must read."""
    return session.exec(select(func.count()).where(col(MustRead.ended_at).is_(None))).one()


def _begins(session: Session, article: Article, today: date) -> date:
    """Return from which day on readers see it: at once, or when its first text begins."""
    if finding.shown(session, article):
        return today
    coming = finding.scheduled(session, article) or finding.under_way(session, article)
    return max(today, coming.valid_from) if coming else today


def _tell(
    session: Session, article: Article, type: EventType, actor: Actor, now: datetime, **refs: Any
) -> None:
    """Add it to the article's history; its texts stay as they are, and so does its version."""
    session.flush()
    events.append(
        session,
        type,
        chain=life.chain(article),
        actor=str(actor),
        now=now,
        article=article.code,
        **refs,
    )
