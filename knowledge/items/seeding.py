"""The package's own items: samples written from common knowledge, published as such.

Each says that its owner still has to confirm it. A newer package renews what nobody changed; what
an editor wrote in stays as they left it.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from importlib.resources import files
from typing import Any

from sqlmodel import Session, select

from hotline.core import events
from hotline.core.accounts import MACHINE
from hotline.core.events import EventType
from knowledge.articles import changes
from knowledge.articles.states import SHOWN, TextAction, TextStatus, advance_text
from knowledge.items import finding, life, writing
from knowledge.items.checks import ItemKey
from knowledge.items.content import Across, Content, Window, columns
from knowledge.items.models_items import ItemVersion, ServiceItem
from knowledge.seed import SeedReport

SOURCE = "样例内容：依公开常识编写，待主管部门确认"
SINCE = date(2026, 1, 1)
_TEXTS = ("authority", "time_limit", "fee", "outcome")
_LISTS = ("basis", "conditions", "steps", "materials", "forms", "aliases")


def packaged() -> Iterator[tuple[ItemKey, Content]]:
    """Yield each packaged item's key and content."""
    folder = files("knowledge") / "data" / "items"
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            for row in tomllib.loads(file.read_text(encoding="utf-8"))["item"]:
                yield ItemKey(row["code"], finding.REGION), _content(row)


def seed(session: Session, *, now: datetime) -> SeedReport:
    """Bring the packaged items into the tables; running it again changes nothing.

    One whose department or level the site does not have is left out.
    """
    report, written = SeedReport(), []
    known = writing.known(session)
    present = {finding.key_of(each): each for each in session.exec(select(ServiceItem))}
    for key, content in packaged():
        item, seen = present.get(key), _digest(content)
        missing = content.department_code not in known.departments or (
            key.district not in known.districts
        )
        if missing or (item and not item.seed):
            report += SeedReport(kept=1)
        elif item and item.seed == seen:
            report += SeedReport(unchanged=1)
        else:
            report += SeedReport(renewed=1) if item else SeedReport(added=1)
            item = item or writing.added(session, key, by=str(MACHINE), now=now)
            item.seed = seen
            written.append((item, content))
    _publish(session, written, now)
    return report


def _publish(session: Session, written: list[tuple[ServiceItem, Content]], now: datetime) -> None:
    """Show these by one number: whoever searches learns of all at once."""
    if not written:
        return
    number, told = changes.take(session), []
    for item, content in written:
        item.changed = number
        item.version += 1
        session.add(item)
        row = _version(session, item, content, now)
        session.add(row)
        told.append(life.news(item, EventType.ITEM_PUBLISHED, row, actor=str(MACHINE), now=now))
    session.flush()
    events.append_many(session, told)


def _version(session: Session, item: ServiceItem, content: Content, now: datetime) -> ItemVersion:
    before = finding.versions(session, item)
    for each in before:
        if each.status in SHOWN and each.valid_from == content.valid_from:
            each.status = advance_text(TextStatus(each.status), TextAction.REPLACE)
            session.add(each)
    session.flush()
    return ItemVersion(
        item_id=item.id or 0,
        number=max((each.number for each in before), default=0) + 1,
        status=TextStatus.PUBLISHED,
        drafted_at=now,
        drafted_by=str(MACHINE),
        published_at=now,
        published_by=str(MACHINE),
        **columns(content),
    )


def _content(row: dict[str, Any]) -> Content:
    lists: dict[str, Any] = {name: tuple(row.get(name, ())) for name in _LISTS}
    texts: dict[str, Any] = {name: row.get(name, "") for name in _TEXTS}
    return Content(
        name=row["name"],
        kind=row["kind"],
        department_code=row["department"],
        valid_from=SINCE,
        **lists,
        **texts,
        matter_codes=tuple(row["matters"]),
        windows=tuple(Window(each) for each in row["windows"]),
        across=tuple(Across(place, row["across"]) for place in _ELSEWHERE if "across" in row),
        source=SOURCE,
        unknown_code=True,
        sample=True,
    )


_ELSEWHERE = ("500000", "510000", "520000", "530000")


def _digest(content: Content) -> str:
    text = json.dumps(columns(content), ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
