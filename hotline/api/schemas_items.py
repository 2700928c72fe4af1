"""政务服务事项 over the wire: what everybody may read, and what editors write."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hotline.api.fields import Code, Text
from hotline.api.schemas import BeijingTime
from knowledge.articles.states import TextStatus
from knowledge.items.content import ItemKind, Place, Way
from knowledge.items.materials import Form

Part = Annotated[Text, Field(max_length=2000)]
Parts = Annotated[list[Part], Field(max_length=60)]


class WindowBody(BaseModel):
    """窗口: an empty telephone or address is known to nobody and must not be told."""

    model_config = ConfigDict(from_attributes=True)

    name: Part
    address: Part = ""
    phone: Code = ""
    hours: Part = ""


class MaterialBody(BaseModel):
    """材料 in its parts; `copies` 0 is not said, `later` (容缺): it may be brought later."""

    model_config = ConfigDict(from_attributes=True)

    name: Part
    form: Form | None = None
    copies: Annotated[int, Field(ge=0, le=99)] = 0
    issuer: Part = ""
    later: bool = False
    note: Part = ""


class AcrossBody(BaseModel):
    """跨省通办: how another south-western place does it, and its code there."""

    model_config = ConfigDict(from_attributes=True)

    place: Place
    way: Way
    code: Code = ""


class ItemIn(BaseModel):
    """One version of an item; nobody's name or number belongs into it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "新生儿出生登记",
                    "kind": "公共服务",
                    "department": "540000-police",
                    "valid_from": "2026-01-01",
                    "materials": ["出生医学证明（原件）", "户口簿（原件）"],
                    "windows": [{"name": "户籍地派出所"}],
                    "source": "编辑自撰",
                }
            ]
        }
    )

    name: Part
    kind: ItemKind
    department: Code
    valid_from: date
    valid_to: date | None = None
    basis: Parts = []
    authority: Part = ""
    time_limit: Part = ""
    conditions: Parts = []
    steps: Parts = []
    materials: Annotated[
        list[Part | MaterialBody],
        Field(max_length=60, description="A line each, or its parts, which become a line."),
    ] = []
    forms: Parts = []
    fee: Part = ""
    outcome: Part = ""
    aliases: Parts = []
    matters: Annotated[list[Code], Field(max_length=20)] = []
    windows: Annotated[list[WindowBody], Field(max_length=60)] = []
    across: Annotated[list[AcrossBody], Field(max_length=5)] = []
    source: Part = ""
    unknown_code: bool = Field(False, description="The code is ours, not the official one.")


class NewItemIn(ItemIn):
    """A new item at one level."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "sample-birth",
                    "district": "540100",
                    "name": "新生儿出生登记",
                    "kind": "公共服务",
                    "department": "540100-police",
                    "valid_from": "2026-01-01",
                }
            ]
        }
    )

    code: Code
    district: Code


class ItemOut(BaseModel):
    """事项 as it holds; `missing` names what no source supports: never tell it."""

    item: str = Field(examples=["hukou-birth@540000"])
    code: str
    district: str
    status: TextStatus
    expired: bool
    name: str
    kind: str
    basis: list[str]
    authority: str
    time_limit: str
    conditions: list[str]
    steps: list[str]
    materials: list[str]
    materials_read: list[MaterialBody] = Field(description="What each line of them says.")
    forms: list[str]
    fee: str
    outcome: str
    aliases: list[str]
    department: str
    matters: list[str]
    windows: list[WindowBody]
    across: list[AcrossBody]
    valid_from: date
    valid_to: date | None
    source: str
    missing: list[str]
    unknown_code: bool
    sample: bool = Field(description="Not confirmed by its owner yet.")
    text_version: int


class ItemPage(BaseModel):
    items: list[ItemOut]
    next: str | None


class ItemFound(BaseModel):
    """An item that answers; `covers` is the share of the query that it has, by rarity."""

    item: ItemOut
    good: bool
    covers: float


class ItemsFound(BaseModel):
    """What holds, the best first; what no longer does stands apart."""

    good: bool
    items: list[ItemFound]
    expired: list[ItemFound]


class DifferenceOut(BaseModel):
    """One of the twelve fields that differs; lists also by what is gone and new."""

    model_config = ConfigDict(from_attributes=True)

    field: str
    label: str
    before: str | list[str]
    after: str | list[str]
    gone: list[str]
    new: list[str]


class DiffOut(BaseModel):
    """比对: none of the twelve differs when `same`."""

    before: str
    after: str
    same: bool
    differences: list[DifferenceOut]


class LevelsOut(BaseModel):
    """各级比对: each lower level against the highest one."""

    code: str
    same: bool
    levels: list[str]
    differing: list[DiffOut]


class UnevenOut(DiffOut):
    """不一致: an item against the one that the next level above has of its code."""

    code: str
    name: str
    district: str
    above: str
    department: str


class UnevenPageOut(BaseModel):
    items: list[UnevenOut]
    next: str | None


class ChecklistIn(BaseModel):
    """一次告知 of an item, `code@district`: its own, or that of the next level above."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"item": "border-pass@540000"}]})

    item: Code


class ChecklistOut(BaseModel):
    """一次告知: ready to read out or to send; `unconfirmed` nobody may tell."""

    model_config = ConfigDict(from_attributes=True)

    item: str
    name: str
    conditions: list[str]
    materials: list[str]
    forms: list[str]
    steps: list[str]
    windows: list[WindowBody]
    say: str
    send: str
    later: list[str] = Field(description="Materials that may be brought later (容缺).")
    unconfirmed: list[str]
    expired: bool


class ItemVersionOut(ItemOut):
    """One version, with who wrote and judged it."""

    drafted_at: BeijingTime
    drafted_by: str
    reviewed_by: str
    published_by: str
    note: str


class ItemDetail(BaseModel):
    """All versions of an item, the newest first."""

    item: str
    version: int
    versions: list[ItemVersionOut]


class CleanedOut(BaseModel):
    """A cell that was not taken as it stood; both are empty where it may be somebody's own."""

    model_config = ConfigDict(from_attributes=True)

    row: int
    column: str
    was: str
    now: str


class ItemsImported(BaseModel):
    """导入事项: all of the file is drafted, or nothing."""

    written: bool
    added: int
    changed: int
    unchanged: int
    cleaned: list[CleanedOut]
