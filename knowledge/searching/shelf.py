"""One index a process that follows what is published.

Whoever asks sees by one number whether anything changed since. A few changes are put into the
index at once, in the asker's own transaction; when they have become many, it is built anew beside
the one that answers, and takes its place.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

import structlog
from sqlmodel import Session, col, select

from hotline.core.db import transaction
from knowledge.articles import changes
from knowledge.articles.models_articles import Article, ArticleText
from knowledge.articles.states import SHOWN, TextStatus
from knowledge.searching.entries import Entry
from knowledge.searching.index import Index

# Later entries are scored one by one: beyond so many an index is built anew.
MOST_LATER = 200

log = structlog.get_logger()


@dataclass
class Shelf:
    """The index that answers now, and the number of the last change that it knows."""

    index: Index
    seen: int
    building: threading.Thread | None = field(default=None, repr=False)


_lock = threading.RLock()
_shelf: Shelf | None = None


def current(session: Session) -> Index:
    """Return the index with every change that this transaction can see."""
    global _shelf
    with _lock:
        # Asked in here: who was overtaken between would take the other's change for a step back.
        latest = changes.latest(session)
        if _shelf is None or latest < _shelf.seen:
            _shelf = Shelf(Index(entries(session)), latest)
        elif latest > _shelf.seen:
            _follow(session, _shelf, latest)
        return _shelf.index


def forget() -> None:
    """Have the next who asks build the index anew."""
    global _shelf
    with _lock:
        _shelf = None


def entries(session: Session, *, after: int = -1) -> Iterator[Entry]:
    """Yield what can be found of the articles that changed after this number."""
    found = session.execute(
        select(Article.id, ArticleText)
        .join(ArticleText, col(ArticleText.article_id) == Article.id)
        .where(col(ArticleText.status).in_(SHOWN), col(Article.changed) > after)
        .order_by(col(Article.id))
        .execution_options(yield_per=1000)
    )
    for id, text in found:
        yield entry_of(id or 0, text)
        session.expunge(text)


def entry_of(id: int, text: ArticleText) -> Entry:
    """Return what the index knows of this text."""
    return Entry(
        id=id,
        head="\n".join((text.question, *text.variants, text.question_bo)),
        body="\n".join((text.say, text.send, text.say_bo)),
        department=text.department_code,
        district=text.district_code,
        valid_from=text.valid_from,
        valid_to=text.valid_to or date.max,
        expired=text.status == TextStatus.EXPIRED,
    )


def _follow(session: Session, shelf: Shelf, latest: int) -> None:
    for entry in entries(session, after=shelf.seen):
        shelf.index.put(entry)
    shelf.seen = latest
    idle = shelf.building is None or not shelf.building.is_alive()
    if shelf.index.later > MOST_LATER and idle:
        shelf.building = threading.Thread(target=_rebuild, name="article-index", daemon=True)
        shelf.building.start()


def _rebuild() -> None:
    with transaction() as session:
        replace_by(lambda: entries(session), seen=changes.latest(session))


def replace_by(read: Callable[[], Iterable[Entry]], *, seen: int) -> None:
    """Build the index anew and let it answer; what changed meanwhile is followed by the next."""
    global _shelf
    made = Index(read())
    with _lock:
        _shelf = Shelf(made, seen)
    log.info("articles.indexed", articles=len(made))
