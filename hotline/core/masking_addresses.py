"""Hides where somebody lives: 门牌、楼、单元、室 and 村组 numbers, the street's name stays.

Meant for copies that leave the centre: the department that must find a broken lamp needs its place
(docs/decisions/masked-addresses.md). Only numbers are hidden, each character by one `*`.
"""

import re

# Digits as written (ASCII, full-width, Tibetan), as spoken, and what a mask has left of them.
_N = r"[\d零〇一二三四五六七八九十百两幺*]"
_RUN = rf"{_N}+(?:[-—－之]{_N}+)*"
_LETTER = r"[A-Za-zＡ-Ｚａ-ｚ甲乙丙丁东西南北]?"
# What stands for itself: nobody says 栋 or 单元 of anything but a dwelling.
_PARTS = "号楼|号院|号房|号门|楼栋|栋|幢|单元|室(?![一二两三四五1-5]厅)"
_BUILDING = rf"(?P<building>{_RUN}){_LETTER}(?={_PARTS})"
# 号 is a door's only after a road, a village or a house, and not before a thing that stands there.
_NO_DOOR = "线|文|公路|公交|车|令|通知|窗口|机|站|楼层|桩|井|灯|杆|闸|泵|口|加油|变|箱"
_DOOR = (
    r"(?<=[路街巷道弄村社组区园院苑栋幢里屯寨坊厦场])(?<![国省县乡匝车跑]道)(?:门牌)?(?:第)?"
    rf"(?P<door>{_RUN})(?=号(?!{_NO_DOOR}))"
)
_GROUP = rf"(?P<group>{_RUN})(?=(?:村民)?小组|(?:生产)?队(?:$|[^伍长员友列])|社(?:$|[^会区保团交]))"
_VILLAGE = rf"(?<=村)(?:第)?(?P<village>{_RUN})(?=组)"
# After a building or a unit a bare number is a room; after 楼, two digits or more are.
_ROOM = rf"(?<=单元|号楼)(?P<room>{_RUN})(?!{_N}|[.．]|[楼层米元个人天年月日])"
_ROOM_AFTER = rf"(?<=[栋幢])(?P<after>{_RUN})(?!{_N}|[.．]|[楼层米元个人天年月日])"
_FLOOR = rf"(?<=[栋幢楼元])(?P<floor>{_RUN})(?=[楼层])"
_WRITTEN = r"(?<![\d*\-])(?P<written>[\d*]{1,3}[-－—#][\d*]{1,2}[-－—#][\d*]{2,4})(?![\d*\-])"

_ADDRESS = re.compile(
    "|".join((_BUILDING, _DOOR, _GROUP, _VILLAGE, _ROOM, _ROOM_AFTER, _FLOOR, _WRITTEN))
)
_HIDDEN = re.compile(rf"{_N}")


def mask_addresses(text: str) -> str:
    """Return the text, of the same length, with the numbers of dwellings hidden."""
    for found in _ADDRESS.finditer(text):
        start, end = found.span(found.lastgroup or 0)
        text = text[:start] + _HIDDEN.sub("*", text[start:end]) + text[end:]
    return text
