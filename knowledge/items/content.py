"""What an item says, as a frozen value: the twelve fields of `domain.md` row 14 and what is beside.

The twelve must be the same at region, city and county (西南五省“跨省通办”实施方案 二(一)).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

# In the order of the document; the code is the item's own (`ServiceItem.code`).
TWELVE: Mapping[str, str] = {
    "code": "编码",
    "name": "名称",
    "kind": "类型",
    "basis": "设定依据",
    "authority": "权限范围",
    "time_limit": "办结时限",
    "conditions": "受理条件",
    "steps": "办理流程",
    "materials": "材料目录",
    "forms": "申请表单",
    "fee": "收费标准",
    "outcome": "办理结果",
}
# What can be missing beside them: a window's telephone and place, the item's code elsewhere.
BESIDE: Mapping[str, str] = {"phone": "窗口电话", "place": "窗口地点", "across_code": "跨省编码"}


class ItemKind(StrEnum):
    """类型: what kind of power or service it is."""

    PERMIT = "行政许可"
    CONFIRMATION = "行政确认"
    BENEFIT = "行政给付"
    REWARD = "行政奖励"
    RULING = "行政裁决"
    LEVY = "行政征收"
    OTHER_POWER = "其他行政权力"
    PUBLIC_SERVICE = "公共服务"


class Way(StrEnum):
    """How an item is done from another province (国办发〔2020〕35号: three ways)."""

    ONLINE = "全程网办"
    HANDED_ON = "代收代办"
    JOINTLY = "多地联办"


class Place(StrEnum):
    """The five south-western places that do items for one another."""

    CHONGQING = "500000"
    SICHUAN = "510000"
    GUIZHOU = "520000"
    YUNNAN = "530000"
    XIZANG = "540000"


@dataclass(frozen=True, slots=True)
class Window:
    """窗口: where to go; what no public source supports is empty and never spoken."""

    name: str
    address: str = ""
    phone: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Across:
    """跨省通办: how another south-western place does it; `code` is the item's code there."""

    place: str
    way: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """One version of an item; `missing` names what nobody could support with a source."""

    name: str
    kind: str
    department_code: str
    valid_from: date
    basis: tuple[str, ...] = ()
    authority: str = ""
    time_limit: str = ""
    conditions: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    fee: str = ""
    outcome: str = ""
    aliases: tuple[str, ...] = ()
    matter_codes: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()
    across: tuple[Across, ...] = ()
    valid_to: date | None = None
    source: str = ""
    unknown_code: bool = False  # the code is ours: nobody has told the official one
    sample: bool = False

    @property
    def missing(self) -> tuple[str, ...]:
        """Name what is empty: it is a gap, and is never spoken."""
        empty = [
            each for each in TWELVE if (self.unknown_code if each == "code" else self._lacks(each))
        ]
        if not any(each.phone for each in self.windows):
            empty.append("phone")
        if not any(each.address for each in self.windows):
            empty.append("place")
        if any(not each.code for each in self.across):
            empty.append("across_code")
        return tuple(empty)

    def _lacks(self, name: str) -> bool:
        return not getattr(self, name)


TEXT_LISTS = ("basis", "conditions", "steps", "materials", "forms", "aliases", "matter_codes")


def columns(content: Content) -> dict[str, Any]:
    """Return the values as the table keeps them."""
    values = {each.name: getattr(content, each.name) for each in fields(content)}
    for name in TEXT_LISTS:
        values[name] = list(values[name])
    for name in ("windows", "across"):
        values[name] = [asdict(each) for each in values[name]]
    return values | {"missing": list(content.missing)}


def content_of(row: Any) -> Content:
    """Return a version's row as content."""
    values = {each.name: getattr(row, each.name) for each in fields(Content)}
    for name in TEXT_LISTS:
        values[name] = tuple(values[name])
    values["windows"] = tuple(Window(**each) for each in values["windows"])
    values["across"] = tuple(Across(**each) for each in values["across"])
    return Content(**values)
