"""检索: one search over all kinds, each hit told by its title and where the words stand."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from knowledge.articles import finding as articles
from knowledge.items import finding as items
from knowledge.searching import rooms, shelf, suggesting
from knowledge.searching.entries import ANSWERS, Asked, Found, Kind
from knowledge.searching.highlights import Stretch, excerpt, highlighted
from knowledge.searching.rooms import Told

SUGGESTED = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """What answers; `id` is its code, an item's with its district, a case's its number.

    `score` orders the hits of one search and says nothing across two; `covers` is the share of the
    query, by rarity, that it has. Who is told an `expired` one is told so.
    """

    kind: Kind
    id: str
    title: list[Stretch]
    excerpt: list[Stretch]
    score: float
    covers: float
    good: bool
    expired: bool
    department: str
    district: str
    sample: bool


def search(session: Session, asked: Asked) -> list[Hit]:
    """Return what answers best; what has ended stands last."""
    return told(session, shelf.search(session, asked), asked.text, asked.on)


def suggest(
    session: Session,
    said: str,
    *,
    on: date,
    districts: tuple[str, ...] = (),
    kinds: tuple[Kind, ...] = ANSWERS,
) -> list[Hit]:
    """Return the few that may answer what was said last, none that has ended."""
    index = shelf.current(session, on=on)
    found = suggesting.suggest(
        index, said, on=on, districts=districts, kinds=kinds, limit=SUGGESTED
    )
    return told(session, found, said.strip()[-suggesting.LATEST :], on)


def told(session: Session, found: Sequence[Found], query: str, on: date) -> list[Hit]:
    """Return what was found, in its order; what is gone meanwhile is left out."""
    known = {kind: read(session, _ids(found, kind), on) for kind, read in _READ.items()}
    for kind, room in rooms.OTHERS.items():
        known[kind] = room.told(session, _ids(found, kind))
    return [_hit(each, row, query) for each in found if (row := known[each.kind].get(each.id))]


def _ids(found: Sequence[Found], kind: Kind) -> list[int]:
    return [each.id for each in found if each.kind is kind]


def _hit(found: Found, told: Told, query: str) -> Hit:
    return Hit(
        kind=found.kind,
        id=told.id,
        title=highlighted(told.title, query),
        excerpt=excerpt(told.text, query),
        score=found.score,
        covers=found.covers,
        good=found.good,
        expired=found.expired,
        department=told.department,
        district=told.district,
        sample=told.sample,
    )


def _articles(session: Session, ids: Sequence[int], _on: date) -> dict[int, Told]:
    pairs = articles.shown_by_id(session, ids)
    return {
        id: Told(
            article.code,
            text.question,
            text.say,
            text.department_code,
            text.district_code,
            text.sample,
        )
        for id, (article, text) in pairs.items()
    }


def _items(session: Session, ids: Sequence[int], on: date) -> dict[int, Told]:
    pairs = items.shown_by_id(session, ids, on=on)
    return {
        id: Told(
            str(items.key_of(item)),
            version.name,
            "；".join((*version.conditions, *version.steps, version.outcome)),
            version.department_code,
            item.district_code,
            version.sample,
        )
        for id, (item, version) in pairs.items()
    }


_READ: Mapping[Kind, Callable[[Session, Sequence[int], date], dict[int, Told]]] = {
    Kind.ARTICLE: _articles,
    Kind.ITEM: _items,
}
