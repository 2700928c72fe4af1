"""An item's page: what holds, the next version, windows, elsewhere, and what the viewer may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hotline.console import moments
from hotline.console.answering.steps import is_own, mark_of, steps_of
from hotline.console.frame import Viewer
from hotline.console.items.views import Called, called_of, told_of
from hotline.console.words import name_of
from hotline.core import accounts
from hotline.core.clock import beijing_day
from hotline.core.security import Permission
from knowledge.articles.states import SHOWN, UNDER_WAY, TextAction, TextStatus
from knowledge.items import finding, materials
from knowledge.items.checklist import Checklist
from knowledge.items.content import TWELVE, Place
from knowledge.items.materials import Material
from knowledge.items.models_items import ItemVersion, ServiceItem
from knowledge.items.versions import ended, holding


@dataclass(frozen=True)
class Field:
    """One of the twelve as the page shows it; `lacks` is said where there is nothing."""

    name: str
    parts: Sequence[str]
    lacks: bool
    numbered: bool = False


@dataclass(frozen=True)
class Elsewhere:
    """How another south-western place does it; an empty code is known to nobody."""

    place: str
    way: str
    code: str


@dataclass(frozen=True)
class VersionView:
    """One version with names for its codes; `steps` are what the viewer may do with it now."""

    row: ItemVersion
    fields: list[Field]
    materials: list[Material]
    elsewhere: list[Elsewhere]
    told: Checklist
    department: str
    matters: list[str]
    by: str
    at: str
    over: bool
    steps: list[TextAction]
    own: bool
    mark: str


@dataclass(frozen=True)
class ItemView:
    """`shown` holds today or held last, `next` is on its way, `later` begins on a day to come."""

    item: ServiceItem
    key: str
    district: str
    shown: VersionView | None
    next: VersionView | None
    later: list[VersionView]
    versions: list[VersionView]
    levels: int
    may_write: bool


def item_view(session: Session, item: ServiceItem, viewer: Viewer, *, now: datetime) -> ItemView:
    """Return all that the page shows of the item."""
    rows = finding.versions(session, item)
    called = called_of(session, [(item, row) for row in rows])
    people = accounts.display_names(session, {row.drafted_by for row in rows})
    held, today = holding(rows, beijing_day(now)), beijing_day(now)
    views = [_view(item, row, called, people, viewer, now, held) for row in rows]
    coming = next((each for each in views if each.row.status in UNDER_WAY), None)
    waits = coming is not None and coming.row.status != TextStatus.DRAFT
    return ItemView(
        item=item,
        key=str(finding.key_of(item)),
        district=called.districts.get(item.district_code, item.district_code),
        shown=next((each for each in views if held and each.row.id == held.id), None),
        next=coming,
        later=[each for each in views if each.row.status in SHOWN and each.row.valid_from > today],
        versions=views,
        levels=finding.levels_of(session, item.code),
        may_write=Permission.ARTICLE_WRITE in viewer.may and not waits,
    )


def _view(
    item: ServiceItem,
    row: ItemVersion,
    called: Called,
    people: dict[str, str],
    viewer: Viewer,
    now: datetime,
    held: ItemVersion | None,
) -> VersionView:
    # What holds today is what is ended: the domain knows no other.
    of_today = held is not None and row.id == held.id
    steps = [each for each in steps_of(row, viewer) if of_today or each is not TextAction.EXPIRE]
    return VersionView(
        row=row,
        fields=fields_of(item.code, row),
        materials=[materials.read(each) for each in row.materials],
        elsewhere=[_elsewhere(each, called) for each in row.across],
        told=told_of(row),
        department=called.departments.get(row.department_code, row.department_code),
        matters=[called.matters.get(code, code) for code in row.matter_codes],
        by=people.get(row.drafted_by, row.drafted_by),
        at=moments.short(row.drafted_at),
        over=row.status in SHOWN and ended(row, beijing_day(now)),
        steps=steps,
        own=is_own(row, viewer),
        mark=mark_of(row),
    )


def fields_of(code: str, row: ItemVersion) -> list[Field]:
    """Return the twelve in their order; our own code in place of the official one is a gap."""
    fields = []
    for name in TWELVE:
        value = code if name == "code" else getattr(row, name)
        parts = [value] if isinstance(value, str) else list(value)
        told = [each for each in parts if each]
        fields.append(Field(name, told, name in row.missing, numbered=name == "steps"))
    return fields


def _elsewhere(each: dict[str, str], called: Called) -> Elsewhere:
    place = called.districts.get(each["place"]) or name_of("item_place", Place(each["place"]))
    return Elsewhere(place, each["way"], each["code"])
