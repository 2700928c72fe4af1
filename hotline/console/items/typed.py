"""The editor's form of an item: what is typed into it, and the content that it means."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Annotated, Any

from fastapi import Form as FormData
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from hotline.console.answering.typed import day_of, lines_of, written_day
from hotline.core.clock import beijing_day, now
from knowledge import names
from knowledge.items import materials
from knowledge.items.checks import LONGEST, MOST_PARTS
from knowledge.items.content import Across, Content, Place, Window
from knowledge.items.materials import Form, Material
from knowledge.items.models_items import ItemVersion

LINES = ("name", "kind", "authority", "time_limit", "fee", "outcome", "source")
PARTED = ("basis", "conditions", "steps", "forms", "aliases")
BLANK_MATERIALS, BLANK_WINDOWS = 4, 2
MOST_ROWS = 300
Line = Annotated[str, Field(max_length=LONGEST)]
Words = Annotated[str, Field(max_length=LONGEST * MOST_PARTS)]
Lines = Annotated[list[Line], Field(max_length=MOST_ROWS)]


class Typed(BaseModel):
    """As the form sends it: a material's and a window's parts stand in lists side by side."""

    model_config = ConfigDict(extra="ignore")

    code: Annotated[str, Field(max_length=40)] = ""
    district: Annotated[str, Field(max_length=12)] = ""
    name: Line = ""
    kind: Line = ""
    authority: Line = ""
    time_limit: Line = ""
    fee: Line = ""
    outcome: Line = ""
    source: Line = ""
    basis: Words = ""
    conditions: Words = ""
    steps: Words = ""
    forms: Words = ""
    aliases: Words = ""
    department: Line = ""
    matters: Line = ""
    material: Lines = []
    material_form: Lines = []
    material_copies: Lines = []
    material_issuer: Lines = []
    material_later: Lines = []
    material_note: Lines = []
    window: Lines = []
    window_address: Lines = []
    window_phone: Lines = []
    window_hours: Lines = []
    across_place: Lines = []
    across_way: Lines = []
    across_code: Lines = []
    valid_from: Annotated[str, Field(max_length=10)] = ""
    valid_to: Annotated[str, Field(max_length=10)] = ""
    unknown_code: bool = False
    seen: Annotated[str, Field(max_length=64)] = ""  # the mark of the version it was filled with

    @classmethod
    def of(cls, row: ItemVersion, called: dict[str, str]) -> "Typed":
        """Return the form filled with this version."""
        told = [materials.read(each) for each in row.materials]
        return cls(
            **{name: getattr(row, name) for name in LINES},
            **{name: "\n".join(getattr(row, name)) for name in PARTED},
            **_material_lists(told),
            **{
                f"window{suffix}": [each[name] for each in row.windows]
                for suffix, name in _WINDOW.items()
            },
            **{f"across_{name}": [each[name] for each in row.across] for name in _ACROSS},
            department=called.get(row.department_code, row.department_code),
            matters=" ".join(row.matter_codes),
            valid_from=written_day(row.valid_from),
            valid_to=written_day(row.valid_to),
            unknown_code=row.unknown_code,
        )

    def materials_shown(self) -> list[Material]:
        """Return the rows of materials, and some that are empty."""
        return [*_materials(self), *[Material("")] * BLANK_MATERIALS]

    def windows_shown(self) -> list[Window]:
        """Return the rows of windows, and some that are empty."""
        return [*_windows(self), *[Window("")] * BLANK_WINDOWS]

    def across_shown(self) -> list[Across]:
        """Return a row for each of the five places."""
        told = {each.place: each for each in _across(self)}
        return [told.get(each, Across(each, "")) for each in Place]


_WINDOW = {"": "name", "_address": "address", "_phone": "phone", "_hours": "hours"}
_ACROSS = ("place", "way", "code")


def content_of(session: Session, given: Typed) -> Content:
    """Return what the form means; raise Misfilled for a day, NotFound for a department."""
    texts: dict[str, Any] = {name: _plain(getattr(given, name)) for name in LINES}
    lists: dict[str, Any] = {name: lines_of(getattr(given, name)) for name in PARTED}
    return Content(
        **texts,
        **lists,
        materials=tuple(materials.written(each) for each in _materials(given)),
        windows=tuple(_windows(given)),
        across=tuple(each for each in _across(given) if each.way),
        department_code=names.department(session, _plain(given.department)).code,
        matter_codes=tuple(_plain(given.matters).split()),
        valid_from=day_of(given.valid_from) or beijing_day(now()),
        valid_to=day_of(given.valid_to),
        unknown_code=given.unknown_code,
    )


def _materials(given: Typed) -> Iterator[Material]:
    for name, form, copies, issuer, later, note in _rows(
        given.material,
        given.material_form,
        given.material_copies,
        given.material_issuer,
        given.material_later,
        given.material_note,
    ):
        if name:
            number = int(copies) if copies.isascii() and copies.isdecimal() else 0
            which = Form(form) if form in set(Form) else None
            yield Material(name, which, min(number, 99), issuer, bool(later), note)


def _windows(given: Typed) -> Iterator[Window]:
    lists = (given.window, given.window_address, given.window_phone, given.window_hours)
    yield from (Window(*each) for each in _rows(*lists) if any(each))


def _across(given: Typed) -> Iterator[Across]:
    lists = (given.across_place, given.across_way, given.across_code)
    yield from (Across(*each) for each in _rows(*lists) if each[0])


def _rows(*lists: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for row in zip_longest(*lists, fillvalue=""):
        yield tuple(_plain(each) for each in row)


def _plain(text: str) -> str:
    return text.replace("\0", "").replace("\r", "").strip()


def _material_lists(told: Sequence[Material]) -> dict[str, list[str]]:
    return {
        "material": [each.name for each in told],
        "material_form": [each.form or "" for each in told],
        "material_copies": [str(each.copies or "") for each in told],
        "material_issuer": [each.issuer for each in told],
        "material_later": ["1" if each.later else "" for each in told],
        "material_note": [each.note for each in told],
    }


Given = Annotated[Typed, FormData()]
