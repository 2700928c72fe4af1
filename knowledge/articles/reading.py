"""谁已读、谁未读: each text that must be read, with everybody who is asked and their receipts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from hotline.core.accounts import Actor
from hotline.core.errors import NotFound
from knowledge import lineage
from knowledge.articles import must_read, readers
from knowledge.articles.models_articles import Article, ArticleText
from knowledge.articles.models_reading import MustRead
from knowledge.articles.must_read import Asked
from knowledge.articles.readers import Reader


@dataclass(frozen=True, slots=True)
class Reading:
    """One text, and when each who is asked read it: None for who has not, and they come first."""

    article: Article
    text: ArticleText
    asking: MustRead
    by_day: date
    readers: Sequence[tuple[Reader, datetime | None]]

    @property
    def read(self) -> int:
        """Return how many have read it."""
        return sum(at is not None for _, at in self.readers)

    def is_late(self, today: date) -> bool:
        """Return whether somebody has let their own last day pass."""
        waiting = [each for each, at in self.readers if at is None]
        days = (must_read.last_day(self.asking, self.by_day, each) for each in waiting)
        return any(day < today for day in days)


def overview(session: Session, *, watcher: Actor, now: datetime) -> list[Reading]:
    """Return everything that must be read today, what is due first at the top."""
    people = readers.everybody(session, watcher=watcher)
    asked = must_read.asked_of(session, "", now=now)
    above = lineage.parents(session)
    return [_reading(session, each, people, above) for each in asked]


def of_article(session: Session, article: Article, *, watcher: Actor, now: datetime) -> Reading:
    """Return who has read the article's shown text; raise NotFound where nobody is asked to."""
    for each in must_read.asked_of(session, "", now=now):
        if each.article.id == article.id:
            people = readers.everybody(session, watcher=watcher)
            return _reading(session, each, people, lineage.parents(session))
    raise NotFound(f"Nobody must read {article.code} now.")


def _reading(
    session: Session, asked: Asked, people: Sequence[Reader], above: Mapping[str, str]
) -> Reading:
    have = must_read.receipts(session, asked.article, asked.text.number)
    audience = must_read.audience_of(asked.asking)
    mine = readers.of_audience(session, audience, people, above=above)
    told = [(each, have.get(each.username)) for each in mine]
    ordered = sorted(told, key=lambda each: (each[1] is not None, each[0].username))
    return Reading(asked.article, asked.text, asked.asking, asked.by_day, ordered)
