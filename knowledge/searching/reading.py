"""What can be found, read from the tables: shown articles, what holds of items, and the others."""

from collections.abc import Iterator
from datetime import date

from sqlmodel import Session, col, select

from knowledge.articles.models_articles import Article, ArticleText
from knowledge.articles.states import SHOWN, TextStatus
from knowledge.items import finding
from knowledge.items.models_items import ItemVersion, ServiceItem
from knowledge.items.versions import ended
from knowledge.searching import rooms
from knowledge.searching.entries import Entry, Kind


def everything(session: Session, *, on: date) -> Iterator[Entry]:
    """Yield what can be found on this day."""
    yield from articles(session)
    yield from items(session, on=on)
    yield from others(session)


def articles(session: Session, *, after: int = -1) -> Iterator[Entry]:
    """Yield the shown articles that changed after this number."""
    found = session.execute(
        select(Article.id, ArticleText)
        .join(ArticleText, col(ArticleText.article_id) == Article.id)
        .where(col(ArticleText.status).in_(SHOWN), col(Article.changed) > after)
        .order_by(col(Article.id))
        .execution_options(yield_per=1000)
    )
    for id, text in found:
        yield of_article(id or 0, text)
        session.expunge(text)


def items(session: Session, *, on: date, after: int = -1) -> Iterator[Entry]:
    """Yield the items that changed after this number, as they are on the day."""
    for item, version in finding.everything(session, on=on, changed_after=after):
        yield of_item(item, version, on)


def others(session: Session, *, after: int = -1) -> Iterator[Entry]:
    """Yield what changed after this number of rooms above this one."""
    for room in rooms.OTHERS.values():
        yield from room.changed(session, after)


def begun(session: Session, *, since: date, on: date) -> Iterator[Entry]:
    """Yield the items of which another version holds on the day than did before."""
    for item, version in finding.everything(session, on=on):
        if version.valid_from > since:
            yield of_item(item, version, on)


def of_article(id: int, text: ArticleText) -> Entry:
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


def of_item(item: ServiceItem, version: ItemVersion, on: date) -> Entry:
    """Return what the index knows of this version.

    Of the materials nothing: an identity card is among nearly all of them.
    """
    return Entry(
        kind=Kind.ITEM,
        id=item.id or 0,
        head="\n".join((version.name, *version.aliases)),
        body="\n".join((*version.conditions, *version.steps, version.outcome)),
        department=version.department_code,
        district="" if item.district_code == finding.REGION else item.district_code,
        valid_from=version.valid_from,
        valid_to=version.valid_to or date.max,
        expired=ended(version, on),
    )
