"""Find items and their versions; lists are pages by key."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypeAlias

from sqlalchemy import true
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import Select

from hotline.core.errors import NotFound
from knowledge import lineage
from knowledge.articles.states import SHOWN, UNDER_WAY, TextStatus
from knowledge.items.checks import ItemKey
from knowledge.items.models_items import ItemVersion, ServiceItem
from knowledge.items.versions import holding
from knowledge.models import Department

Told = tuple[ServiceItem, ItemVersion]
Pairs: TypeAlias = "Select[ServiceItem, ItemVersion]"
REGION = "540000"


def key_of(item: ServiceItem) -> ItemKey:
    """Return the item's code and level."""
    return ItemKey(item.code, item.district_code)


def find(session: Session, key: str, *, lock: bool = False) -> ServiceItem:
    """Return the item of exactly this `code@district` (no district: the region's); NotFound."""
    code, _, district = key.partition("@")
    asked = select(ServiceItem).where(
        ServiceItem.code == code, ServiceItem.district_code == (district or REGION)
    )
    found = session.exec(asked.with_for_update() if lock else asked).first()
    if found is None:
        raise NotFound(f"There is no item {key!r}.")
    return found


def nearest(session: Session, key: str, *, on: date) -> Told:
    """Return the item at the district or, where it has none of its own, at the next above it.

    Only what has been published and has begun by the day counts; raise NotFound.
    """
    code, _, district = key.partition("@")
    levels = {each.district_code: each for each in _levels(session, code)}
    for above in lineage.upwards(session, district or REGION):
        item = levels.get(above)
        version = at(session, item, on=on) if item else None
        if item and version:
            return item, version
    raise NotFound(f"There is no item {key!r} on {on}.")


def levels(session: Session, code: str, *, on: date) -> list[Told]:
    """Return what holds of this code at each level on the day, the highest level first."""
    found = [(each, at(session, each, on=on)) for each in _levels(session, code)]
    told = [(item, version) for item, version in found if version]
    if not told:
        raise NotFound(f"There is no item {code!r}.")
    return sorted(told, key=lambda each: (_height(each[0].district_code), each[0].district_code))


def levels_of(session: Session, code: str) -> int:
    """Return at how many levels this code has been published."""
    return len(_levels(session, code))


def at(session: Session, item: ServiceItem, *, on: date) -> ItemVersion | None:
    """Return the version that is to be shown for this day; `versions.ended` says if it ended."""
    return holding(versions(session, item), on)


def versions(session: Session, item: ServiceItem) -> Sequence[ItemVersion]:
    """Return all versions of the item, the newest first."""
    mine = select(ItemVersion).where(ItemVersion.item_id == item.id)
    return session.exec(mine.order_by(col(ItemVersion.number).desc())).all()


def numbered(session: Session, item: ServiceItem, number: int) -> ItemVersion:
    """Return the version of this number that is or was published; raise NotFound."""
    for each in versions(session, item):
        if each.number == number and each.published_at:
            return each
    raise NotFound(f"{key_of(item)} has no version {number}.")


def under_way(session: Session, item: ServiceItem) -> ItemVersion | None:
    """Return the version that is being written or judged, if any."""
    return session.exec(
        select(ItemVersion).where(
            ItemVersion.item_id == item.id, col(ItemVersion.status).in_(UNDER_WAY)
        )
    ).first()


def last_number(session: Session, item: ServiceItem) -> int:
    """Return the number of the newest version, 0 without any."""
    newest = select(func.max(ItemVersion.number)).where(ItemVersion.item_id == item.id)
    return session.exec(newest).one() or 0


def listed(
    session: Session,
    *,
    on: date,
    department: str = "",
    district: str = "",
    districts: Sequence[str] = (),
    across: str = "",
    lacking: bool = False,
    after: int = 0,
    limit: int = 50,
) -> Sequence[Told]:
    """Return items as they are on the day, by id, from beyond `after`.

    Of `districts` any may be its level; `across` is the other place that does it too; `lacking`
    leaves what has no gap.
    """
    asked = _filtered(shown(on), department, [district] if district else districts, after)
    if across:
        asked = asked.where(col(ItemVersion.across).contains([{"place": across}]))
    if lacking:
        asked = asked.where(func.jsonb_array_length(col(ItemVersion.missing)) > 0)
    return session.exec(asked.order_by(col(ServiceItem.id)).limit(limit)).all()


def listed_under_way(
    session: Session,
    status: TextStatus,
    *,
    department: str = "",
    districts: Sequence[str] = (),
    after: int = 0,
    limit: int = 50,
) -> Sequence[Told]:
    """Return items with the version that is in this status on its way, by id."""
    asked = _pairs().where(ItemVersion.status == status)
    asked = _filtered(asked, department, districts, after)
    return session.exec(asked.order_by(col(ServiceItem.id)).limit(limit)).all()


def owners(session: Session) -> list[tuple[str, str]]:
    """Return the departments that own an item, by code and name."""
    asked = select(Department.code, Department.name).where(
        col(Department.code).in_(select(ItemVersion.department_code))
    )
    return [(code, name) for code, name in session.exec(asked.order_by(col(Department.code)))]


def shown_by_id(session: Session, ids: Sequence[int], *, on: date) -> dict[int, Told]:
    """Return what holds on the day of these items, by the item's id."""
    asked = shown(on).where(col(ServiceItem.id).in_(ids))
    return {pair[0].id or 0: (pair[0], pair[1]) for pair in session.exec(asked)} if ids else {}


def everything(session: Session, *, on: date, changed_after: int = -1) -> Iterator[Told]:
    """Yield every item as it is on the day, of those that changed after this number."""
    asked = shown(on).where(col(ServiceItem.changed) > changed_after)
    yield from session.exec(asked.order_by(col(ServiceItem.id)).execution_options(yield_per=500))


def shown(on: date) -> "Pairs":
    """Select pairs of an item and `versions.holding` of it on the day, said in SQL."""
    each = aliased(ItemVersion)
    # Only one begins on a day. One look an item into `uq_item_version_shown`, as many items as the
    # page has: a lateral join is not made for all of them at once.
    last = (
        select(each.id)
        .where(each.item_id == ServiceItem.id, col(each.status).in_(SHOWN), each.valid_from <= on)
        .order_by(col(each.valid_from).desc())
        .limit(1)
        .correlate(ServiceItem)
        .lateral("held")
    )
    return (
        select(ServiceItem, ItemVersion)
        .select_from(ServiceItem)
        .join(last, true())
        .join(ItemVersion, col(ItemVersion.id) == last.c.id)
    )


def _filtered(asked: "Pairs", department: str, districts: Sequence[str], after: int) -> "Pairs":
    asked = asked.where(col(ServiceItem.id) > after)
    if department:
        asked = asked.where(ItemVersion.department_code == department)
    if districts:
        asked = asked.where(col(ServiceItem.district_code).in_(districts))
    return asked


def _pairs() -> "Pairs":
    return select(ServiceItem, ItemVersion).join(
        ItemVersion, col(ItemVersion.item_id) == ServiceItem.id
    )


def _levels(session: Session, code: str) -> Sequence[ServiceItem]:
    published = select(ItemVersion.item_id).where(col(ItemVersion.status).in_(SHOWN))
    return session.exec(
        select(ServiceItem).where(ServiceItem.code == code, col(ServiceItem.id).in_(published))
    ).all()


def _height(district: str) -> int:
    """Return 0 for the region, 1 for a city, 2 for a county (GB/T 2260: pairs of digits)."""
    return 2 - district.endswith("0000") - district.endswith("00")
