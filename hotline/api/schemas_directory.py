"""The directory over the wire: departments, districts, who answers for what, lines, rosters."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from hotline.api.schemas import BeijingTime
from hotline.api.schemas_items import CleanedOut


class Listed(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class DepartmentOut(Listed):
    """承办单位; a telephone is not published."""

    code: str = Field(examples=["540100-urban"])
    name: str = Field(examples=["拉萨市城市管理和综合执法局"])
    short_name: str
    aliases: list[str]
    district: str
    kind: str = Field(description="organ, enterprise or desk (热线受理).")
    accepts: bool = Field(description="Whether it takes orders.")
    source: str


class DepartmentPage(BaseModel):
    items: list[DepartmentOut]
    next: str | None


class DistrictOut(Listed):
    """行政区划 by GB/T 2260."""

    code: str = Field(examples=["540102"])
    parent: str
    level: str
    name_zh: str
    name_bo: str
    aliases: list[str]


class DistrictList(BaseModel):
    items: list[DistrictOut]


class ResponsibilityOut(BaseModel):
    """派单目录: who answers for a matter in a district, from when, on what basis."""

    matter: str
    path: list[str] = Field(examples=[["城乡建设", "市政设施", "路灯"]])
    district: str
    department: str
    legal_basis: str
    valid_from: date
    valid_to: date | None
    source: str


class CataloguePage(BaseModel):
    items: list[ResponsibilityOut]
    next: str | None


class HotlineOut(BaseModel):
    """归并热线: what no source supports is empty."""

    number: str = Field(examples=["12333"])
    name: str
    mode: str = Field(description="absorbed, parallel, branch or linked; empty: not said yet.")
    aliases: list[str]
    department: str
    hours: str
    answered_by: str
    legal_basis: str
    valid_from: date
    valid_to: date | None
    source: str


class HotlineList(BaseModel):
    items: list[HotlineOut]


class LineFiguresOut(Listed):
    """One line's figures; `number` is empty for the hotline's own."""

    number: str
    name: str
    calls: int
    answered: int = Field(description="By an agent.")
    tickets: int


class LineFiguresList(BaseModel):
    since: BeijingTime
    until: BeijingTime
    items: list[LineFiguresOut]


class DutyOut(BaseModel):
    """值班: who of a department is on duty; the telephone is masked."""

    id: int
    department: str
    role: str = Field(description="leader, officer, deputy or emergency.")
    starts_at: BeijingTime
    ends_at: BeijingTime
    person: str
    phone: str
    on_duty: bool = Field(description="Now.")
    note: str


class DutyList(BaseModel):
    items: list[DutyOut]


class DutyRevealed(BaseModel):
    """The telephone in the clear; who looked is kept."""

    id: int
    phone: str


class DirectoryImported(BaseModel):
    """导入: all of the file stands, or (`written` is false) nothing was written."""

    written: bool
    added: int
    changed: int
    unchanged: int
    replaced: int = Field(description="Entries that gave way to the file's, or left a roster.")
    cleaned: list[CleanedOut]


class DistributionOut(BaseModel):
    """One form in which a dataset is given (dcat:Distribution)."""

    media_type: str
    path: str
    size: int | None = Field(description="In bytes; null where it is written when asked for.")
    sha256: str = ""


class DatasetOut(BaseModel):
    """开放数据: one dataset (dcat:Dataset), as it would be downloaded now."""

    dataset: str
    title: str
    grade: str = Field(description="public, or on_application: with a receiver's key.")
    period: str = Field(description="The month that it tells of; empty for what holds now.")
    edition: int | None
    distributions: list[DistributionOut]
    licence: str
    modified: BeijingTime
    etag: str
    path: str


class DatasetList(BaseModel):
    items: list[DatasetOut]


class MissingOut(Listed):
    subject: str
    name: str
    lacks: list[str]
    department: str


class GapSection(Listed):
    """One kind of gap: how many there are, and the first of them."""

    gap: str
    count: int
    items: list[MissingOut]


class GapSections(BaseModel):
    items: list[GapSection]
