"""开放数据: what the hotline publishes, whole, one JSON object a line; nobody's data is in it.

A department's contact and telephone stay inside: a site may have written somebody's own there.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, func, select

from knowledge import changing, stored
from knowledge.articles.models_articles import ArticleChange, ArticleText
from knowledge.articles.states import TextStatus
from knowledge.entries import DepartmentEntry, DistrictEntry, HotlineEntry, ResponsibilityEntry
from knowledge.exchange import articles
from knowledge.models import Department, District, Matter, Responsibility
from telephony.models_lines import MergedHotline

LICENCE = "CC-BY-4.0"
_NEVER = datetime(2026, 1, 1, tzinfo=UTC)
_LISTS = ("variants", "matters", "missing")


class Dataset(StrEnum):
    DEPARTMENTS = "departments"
    DISTRICTS = "districts"
    CATALOGUE = "catalogue"
    HOTLINES = "hotlines"
    ARTICLES = "articles"


@dataclass(frozen=True, slots=True)
class State:
    """How far a dataset has come: `version` counts its changes, `modified` is the last one's."""

    dataset: Dataset
    version: int
    modified: datetime

    @property
    def etag(self) -> str:
        return f'"{self.dataset}-{self.version}"'


def state(session: Session, dataset: Dataset) -> State:
    """Return which state of the dataset would be downloaded now; two cheap questions."""
    if dataset is Dataset.ARTICLES:
        version = session.exec(select(ArticleChange.latest)).first() or 0
        asked = select(func.max(ArticleText.published_at), func.max(ArticleText.expired_at))
        modified = max(filter(None, session.exec(asked).one()), default=_NEVER)
    else:
        version = changing.version(session)
        tables = [TABLES[dataset], *([Matter] if dataset is Dataset.CATALOGUE else [])]
        newest = [session.exec(select(func.max(each.updated_at))).one() for each in tables]
        modified = max(filter(None, newest), default=_NEVER)
    return State(dataset, version, modified.replace(microsecond=0))


def download(session: Session, found: State) -> Iterator[str]:
    """Yield the file's lines: first one about the file, then one an entry."""
    rows = _READERS[found.dataset](session)
    about = {
        "dataset": found.dataset.value,
        "licence": LICENCE,
        "modified": found.modified.isoformat(),
        "count": len(rows),
    }
    for row in (about, *rows):
        yield json.dumps(row, ensure_ascii=False, default=_plain) + "\n"


def _of(kind: type[Any]) -> Callable[[Session], list[dict[str, Any]]]:
    def rows(session: Session) -> list[dict[str, Any]]:
        return [
            {one.name: getattr(entry, one.name) for one in fields(kind)}
            for entry in stored.entries(session, kind)
        ]

    return rows


def _catalogue(session: Session) -> list[dict[str, Any]]:
    tree = {row.code: row for row in session.exec(select(Matter))}
    paths = {
        code: [part for part in (row.l1, row.l2, row.l3) if part] for code, row in tree.items()
    }
    entries = _of(ResponsibilityEntry)(session)
    return [{**entry, "matter": paths.get(entry["matter_code"], [])} for entry in entries]


def _articles(session: Session) -> list[dict[str, Any]]:
    asked = select(ArticleText).where(
        ArticleText.status == TextStatus.PUBLISHED, col(ArticleText.sample)
    )
    samples = {row.article_id for row in session.exec(asked)}
    return [
        {**line, **{name: line[name].split("|") if line[name] else [] for name in _LISTS}}
        | {"sample": article_id in samples}
        for article_id, line in articles.published(session)
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


TABLES: Mapping[Dataset, Any] = {
    Dataset.DEPARTMENTS: Department,
    Dataset.DISTRICTS: District,
    Dataset.CATALOGUE: Responsibility,
    Dataset.HOTLINES: MergedHotline,
}
_READERS: Mapping[Dataset, Callable[[Session], list[dict[str, Any]]]] = {
    Dataset.DEPARTMENTS: _of(DepartmentEntry),
    Dataset.DISTRICTS: _of(DistrictEntry),
    Dataset.CATALOGUE: _catalogue,
    Dataset.HOTLINES: _of(HotlineEntry),
    Dataset.ARTICLES: _articles,
}
