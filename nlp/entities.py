"""Entities: the phones, sums, times, addresses and organisations a request names."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from hotline.core.masking import mask_digits
from nlp.numerals import NUMBER, parse, spoken_digits


class EntityKind(StrEnum):
    """Phone, ID number, bank card and plate are personal and are shown masked."""

    PHONE = "phone"
    ID_NUMBER = "id_number"
    BANK_CARD = "bank_card"
    PLATE = "plate"
    AMOUNT = "amount"
    SPAN = "span"
    TIME = "time"
    ADDRESS = "address"
    ORGANISATION = "organisation"


PERSONAL = frozenset(
    {EntityKind.PHONE, EntityKind.ID_NUMBER, EntityKind.BANK_CARD, EntityKind.PLATE}
)


@dataclass(frozen=True, slots=True)
class Entity:
    """What the text says at [start, end); `value` is its normal form, empty where not sure.

    Amounts are in yuan, spans in ISO 8601. `repr` shows personal ones masked.
    """

    kind: EntityKind
    text: str
    start: int
    end: int
    value: str = ""

    @property
    def shown(self) -> str:
        """The text as it may leave the centre."""
        if self.kind is EntityKind.PLATE:
            return f"{self.text[:2]}*****"
        if self.kind in PERSONAL:
            return mask_digits(self.value)
        return self.text

    def __repr__(self) -> str:
        return f"Entity({self.kind}, {self.shown})"

    def as_json(self) -> dict[str, str]:
        """Return the masked form; a personal value is left out."""
        value = "" if self.kind in PERSONAL else self.value
        return {"text": self.shown, **({"value": value} if value else {})}


_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_ID = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dA-Za-z])")
_CARD = re.compile(r"(?<!\d)\d{16,19}(?!\d)")
_PHONE = re.compile(
    r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"
)
_PLATE = re.compile(rf"[{_PROVINCES}][A-Z][·\s]?[A-Z0-9]{{5,6}}(?![A-Z0-9])")
_AMOUNT = re.compile(rf"({NUMBER})(多|余|来)?(万元|块钱|元|块|圆)")
_SPAN = re.compile(
    rf"(半|{NUMBER})(多)?个?(半)?(?:个)?(多)?(分钟|小时|钟头|天|日|周|星期|礼拜|个月|月|年)(?![月号日历])(半)?(?:多|左右)?"
)
_ISO = {
    "分钟": "PT{}M", "小时": "PT{}H", "钟头": "PT{}H", "天": "P{}D", "日": "P{}D", "周": "P{}W",
    "星期": "P{}W", "礼拜": "P{}W", "个月": "P{}M", "年": "P{}Y",
}  # fmt: skip
_HALF = {"小时": "PT30M", "钟头": "PT30M", "天": "PT12H", "年": "P6M"}
_PART_OF_DAY = r"(?:凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜|深夜)"
_OCLOCK = rf"(?:{NUMBER}点(?:半|钟|{NUMBER}分?)?|\d{{1,2}}[::]\d{{2}})"
_DAY = (
    r"(?:大前天|前天|昨天|昨日|昨晚|今天|今日|今早|今晚|明天|后天|每天|每晚|天天|"
    rf"(?:上|这|本|下)(?:个)?(?:周|星期|礼拜)[一二三四五六日天]?|(?:上|这|本|下)个?月(?:初|底)?|"
    rf"(?:去年|今年|前年|明年)(?:{NUMBER}月(?:{NUMBER}[号日])?)?|"
    rf"(?:{NUMBER}年)?{NUMBER}月{NUMBER}[号日])"
)
_TIME = re.compile(rf"{_DAY}的?{_PART_OF_DAY}?{_OCLOCK}?|{_PART_OF_DAY}{_OCLOCK}")

# Where a name can't begin inside: everything up to the last of these is cut off.
_CUT = re.compile(
    r".*(?:在|到|从|去|往|是|有(?!限)|住|的|和|与|跟|于|被|把|给|让|请|我们|你们|他们|我家|我|这个|那个|"
    r"一个|一家|这家|那家|附近|旁边|对面|门口|楼下|里面|里|咨询|投诉|举报|反映|建议|感谢|关于|"
    r"西藏自治区|[市县](?=.)|(?<![小社])区(?=.))"
)
_NOT_STREET = re.compile(
    r"(?:[走马公道铁网过半线电思让修筑水气上下带赶问迷]|看[不得]?[见清]|(?<!八)一)路$"
)
_HAN = r"[\u4e00-\u9fa5]"
_STREET = re.compile(
    rf"{_HAN}{{2,9}}?(?:大道|路|街|巷|胡同)(?![灯面口边人线上途])"
    rf"(?:(?:{NUMBER})号)?|{_HAN}{{2,9}}?(?:小区|花园|家园|新村|社区|居委会|村|乡|镇)"
    rf"(?:(?:{NUMBER})(?:号楼|栋|幢|组|期|号))*(?:(?:{NUMBER})单元)?(?:(?:{NUMBER})[号室])?"
)
_STREET_LAMP = re.compile(rf"({_HAN}{{2,9}}?(?:大道|路|街|巷))(?=[的面口边上]|灯)")
_ORGANISATION = re.compile(
    rf"{_HAN}{{2,14}}?(?:有限责任公司|有限公司|公司|物业|医院|卫生院|小学|中学|大学|学院|幼儿园|银行|"
    r"饭店|酒店|宾馆|超市|商场|派出所|居委会|村委会|管理局|委员会|政府|法院|工厂|烧烤店|餐厅|网吧|政务服务大厅)"
)
# A bare kind of organisation names nobody.
_BARE = re.compile(
    r"(?:小区|你们|附近|公交|物业|建筑|学校|工程|开发|市|县|区|乡|镇|政|人民)?"
    r"(?:公司|物业|医院|小学|中学|大学|银行|饭店|酒店|超市|派出所|政府|法院|工厂|餐厅)"
)


def extract(text: str) -> tuple[Entity, ...]:
    """Return the entities in the order of the text; personal ones win over what overlaps them."""
    figures = spoken_digits(text)
    kept, taken = list[Entity](), set[int]()
    for finder in _FINDERS:
        for entity in finder(text, figures):
            if taken.isdisjoint(range(entity.start, entity.end)):
                taken.update(range(entity.start, entity.end))
                kept.append(entity)
    return tuple(sorted(kept, key=lambda entity: entity.start))


def mask(text: str, entities: tuple[Entity, ...] | None = None) -> str:
    """Return the text with every personal entity shown masked, spoken numbers too.

    `entities` are those `extract` found in it, where they are at hand.
    """
    for entity in reversed(extract(text) if entities is None else entities):
        if entity.kind in PERSONAL:
            text = text[: entity.start] + entity.shown + text[entity.end :]
    return text


def _digits(kind: EntityKind, pattern: re.Pattern[str]) -> Callable[[str, str], Iterator[Entity]]:
    def find(text: str, figures: str) -> Iterator[Entity]:
        for found in pattern.finditer(figures):
            value = re.sub(r"^\+?86(?=1)|[-\s]", "", found[0]).upper()
            yield Entity(kind, text[found.start() : found.end()], *found.span(), value)

    return find


def _plates(text: str, _: str) -> Iterator[Entity]:
    for found in _PLATE.finditer(text):
        value = re.sub(r"[·\s]", "", found[0])
        yield Entity(EntityKind.PLATE, found[0], *found.span(), value)


def _amounts(text: str, _: str) -> Iterator[Entity]:
    for found in _AMOUNT.finditer(text):
        value = parse(found[1])
        if value is not None:
            value *= 10_000 if found[3] == "万元" else 1
            shown = "" if found[2] else _plain(value)
            yield Entity(EntityKind.AMOUNT, found[0], *found.span(), shown)


def _spans(text: str, _: str) -> Iterator[Entity]:
    for found in _SPAN.finditer(text):
        number, unit = found[1], found[5]
        if unit == "月" and "个" not in found[0]:
            continue  # 三月 is a date
        unit = "个月" if unit == "月" else unit
        value = "" if any(found.group(2, 3, 4, 6)) or "多" in found[0] else _iso(number, unit)
        yield Entity(EntityKind.SPAN, found[0], *found.span(), value)


def _iso(number: str, unit: str) -> str:
    if number == "半":
        return _HALF.get(unit, "")
    value = parse(number)
    return _ISO[unit].format(_plain(value)) if value is not None else ""


def _times(text: str, _: str) -> Iterator[Entity]:
    for found in _TIME.finditer(text):
        yield Entity(EntityKind.TIME, found[0], *found.span())


def _named(
    kind: EntityKind, *patterns: re.Pattern[str], never: re.Pattern[str]
) -> Callable[[str, str], Iterator[Entity]]:
    def find(text: str, _: str) -> Iterator[Entity]:
        for pattern in patterns:
            for found in pattern.finditer(text):
                name = found[1] if pattern.groups else found[0]
                cut = _CUT.match(name[:-1])
                start = found.start() + (cut.end() if cut else 0)
                name = text[start : found.start() + len(name)]
                if len(name) > 2 and not never.search(name):
                    yield Entity(kind, name, start, start + len(name))

    return find


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


_FINDERS: tuple[Callable[[str, str], Iterator[Entity]], ...] = (
    _digits(EntityKind.ID_NUMBER, _ID),
    _digits(EntityKind.BANK_CARD, _CARD),
    _digits(EntityKind.PHONE, _PHONE),
    _plates,
    _amounts,
    _times,
    _spans,
    _named(EntityKind.ORGANISATION, _ORGANISATION, never=re.compile(rf"^{_BARE.pattern}$")),
    _named(EntityKind.ADDRESS, _STREET, _STREET_LAMP, never=_NOT_STREET),
)
