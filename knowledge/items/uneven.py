"""各级不一致: the items whose twelve fields are not those of the level above, field by field.

The twelve must be the same at region, city and county (西南五省“跨省通办”实施方案 二(一)).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from knowledge.items import finding
from knowledge.items.checks import ItemKey
from knowledge.items.diff import Difference, differences, twelve
from knowledge.items.finding import Told
from knowledge.items.models_items import ServiceItem
from knowledge.items.versions import ended
from knowledge.models import District

BATCH = 200
MOST_READ = 1000  # of items that are even all along: the page ends there and says where to go on


@dataclass(frozen=True, slots=True)
class Uneven:
    """An item, the one of the next level above that has the code, and which fields differ."""

    here: Told
    above: Told
    differences: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class UnevenPage:
    """What was found, and the item's id from beyond which to go on; 0 at the end."""

    found: Sequence[Uneven]
    after: int


def uneven(
    session: Session,
    *,
    on: date,
    department: str = "",
    districts: Sequence[str] = (),
    field: str = "",
    after: int = 0,
    limit: int = 50,
) -> UnevenPage:
    """Return who differs from the level above on the day, by id; `field` is the one that must."""
    parents = dict(session.exec(select(District.code, District.parent)).all())
    found: list[Uneven] = []
    read = 0
    while read < MOST_READ:
        batch = finding.listed(
            session, on=on, department=department, districts=districts, after=after, limit=BATCH
        )
        for each in _compared(session, batch, parents, on):
            after = each.here[0].id or 0
            if any(field in ("", one.field) for one in each.differences):
                found.append(each)
            if len(found) == limit:
                return UnevenPage(found, after)
        if len(batch) < BATCH:
            return UnevenPage(found, 0)
        after, read = batch[-1][0].id or 0, read + len(batch)
    return UnevenPage(found, after)


def _compared(
    session: Session, batch: Sequence[Told], parents: Mapping[str, str], on: date
) -> Iterator[Uneven]:
    """Yield those of the batch that hold, and differ from what holds above them."""
    codes = {item.code for item, _ in batch}
    levels = {finding.key_of(item): (item, version) for item, version in _of(session, codes, on)}
    for item, version in batch:
        above = _above(item.district_code, item.code, levels, parents)
        if above is None or ended(version, on):
            continue
        found = differences(twelve(item.code, above[1]), twelve(item.code, version))
        if found:
            yield Uneven((item, version), above, found)


def _of(session: Session, codes: set[str], on: date) -> Sequence[Told]:
    """Return what holds of these codes, at every level."""
    asked = finding.shown(on).where(col(ServiceItem.code).in_(codes))
    return [pair for pair in session.exec(asked) if not ended(pair[1], on)]


def _above(
    district: str, code: str, levels: Mapping[ItemKey, Told], parents: Mapping[str, str]
) -> Told | None:
    seen = {district}
    district = parents.get(district, "")
    while district and district not in seen:
        if found := levels.get(ItemKey(code, district)):
            return found
        seen.add(district)
        district = parents.get(district, "")
    return None
