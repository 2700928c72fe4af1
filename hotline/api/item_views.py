"""Items as they go over the wire."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from hotline.api.schemas_items import (
    ChecklistOut,
    DifferenceOut,
    DiffOut,
    ItemDetail,
    ItemFound,
    ItemIn,
    ItemOut,
    ItemsFound,
    ItemVersionOut,
    LevelsOut,
    MaterialBody,
    UnevenOut,
)
from hotline.core.clock import beijing_day, now
from knowledge.items import finding, materials
from knowledge.items.checklist import checklist
from knowledge.items.content import TEXT_LISTS, Across, Content, Window, content_of
from knowledge.items.diff import differences, twelve
from knowledge.items.models_items import ItemVersion, ServiceItem
from knowledge.items.uneven import Uneven
from knowledge.items.versions import ended
from knowledge.searching.entries import Found

_SAME = (
    *("status", "name", "kind", "basis", "authority", "time_limit", "conditions", "steps"),
    *("materials", "forms", "fee", "outcome", "aliases", "windows", "across", "valid_from"),
    *("valid_to", "source", "missing", "unknown_code", "sample"),
)


def item_out(item: ServiceItem, version: ItemVersion, *, on: date) -> ItemOut:
    """Return the version as everybody may read it."""
    return ItemOut(**_values(item, version, on))


def item_detail(session: Session, item: ServiceItem) -> ItemDetail:
    """Return all versions of the item, drafts too."""
    by = ("drafted_at", "drafted_by", "reviewed_by", "published_by", "note")
    today = beijing_day(now())
    return ItemDetail(
        item=str(finding.key_of(item)),
        version=item.version,
        versions=[
            ItemVersionOut(
                **_values(item, each, today), **{name: getattr(each, name) for name in by}
            )
            for each in finding.versions(session, item)
        ],
    )


def items_found(session: Session, found: Sequence[Found], *, on: date) -> ItemsFound:
    """Return what was found; what is gone meanwhile is left out."""
    pairs = finding.shown_by_id(session, [each.id for each in found], on=on)
    shown = [
        ItemFound(
            item=item_out(*pairs[each.id], on=on), good=each.good, covers=round(each.covers, 3)
        )
        for each in found
        if each.id in pairs
    ]
    return ItemsFound(
        good=any(each.good for each in shown),
        items=[each for each in shown if not each.item.expired],
        expired=[each for each in shown if each.item.expired],
    )


def diff_out(before: finding.Told, after: finding.Told) -> DiffOut:
    """Return which of the twelve differ between two versions, or two levels."""
    found = differences(*(twelve(item.code, version) for item, version in (before, after)))
    return DiffOut(
        before=_name(*before),
        after=_name(*after),
        same=not found,
        differences=[DifferenceOut.model_validate(each) for each in found],
    )


def levels_out(code: str, told: Sequence[finding.Told]) -> LevelsOut:
    """Return how each lower level differs from the highest."""
    compared = [diff_out(told[0], each) for each in told[1:]]
    return LevelsOut(
        code=code,
        same=all(each.same for each in compared),
        levels=[item.district_code for item, _ in told],
        differing=[each for each in compared if not each.same],
    )


def checklist_out(item: ServiceItem, version: ItemVersion, *, on: date) -> ChecklistOut:
    """Return the one-time checklist of the version."""
    made = checklist(content_of(version))
    values = {name: getattr(made, name) for name in made.__dataclass_fields__}
    return ChecklistOut.model_validate(
        values | {"item": str(finding.key_of(item)), "expired": ended(version, on)}
    )


def content_in(given: ItemIn) -> Content:
    """Return what somebody wrote as an item's content."""
    beside = {"code", "district", "department", "matters", "windows", "across", "materials"}
    values = given.model_dump(exclude=beside)
    lists: dict[str, Any] = {name: tuple(values.pop(name)) for name in TEXT_LISTS if name in values}
    return Content(
        **values,
        **lists,
        department_code=given.department,
        materials=tuple(_line(each) for each in given.materials),
        matter_codes=tuple(given.matters),
        windows=tuple(Window(**each.model_dump()) for each in given.windows),
        across=tuple(Across(str(each.place), str(each.way), each.code) for each in given.across),
    )


def uneven_out(found: Uneven) -> UnevenOut:
    """Return how an item differs from the level above."""
    (item, version), (above, _) = found.here, found.above
    return UnevenOut(
        **diff_out(found.above, found.here).model_dump(),
        code=item.code,
        name=version.name,
        district=item.district_code,
        above=above.district_code,
        department=version.department_code,
    )


def _line(given: str | MaterialBody) -> str:
    if isinstance(given, str):
        return given
    return materials.written(materials.Material(**given.model_dump()))


def _name(item: ServiceItem, version: ItemVersion) -> str:
    return f"{finding.key_of(item)}#{version.number}"


def _values(item: ServiceItem, version: ItemVersion, on: date) -> dict[str, Any]:
    return {
        **{name: getattr(version, name) for name in _SAME},
        "item": str(finding.key_of(item)),
        "code": item.code,
        "district": item.district_code,
        "expired": ended(version, on),
        "department": version.department_code,
        "matters": version.matter_codes,
        "materials_read": [materials.read(each) for each in version.materials],
        "text_version": version.number,
    }
