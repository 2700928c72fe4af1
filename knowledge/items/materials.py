"""材料目录 in its parts: one material as a line that people read, and what the line says of it.

`居民身份证（原件，1份，公安机关出具，可容缺）`: what stands in the last brackets is told apart
by its words, in any order; what no word is known for stays there as a note. An older line without
any of them is read as well.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

_LINE = re.compile(r"(?P<name>.+?)[（(](?P<beside>[^（()）]*)[)）]")
_PARTING = re.compile(r"[，,；]")
_COPIES = re.compile(r"(?:一式)?(\d{1,2}|[一二两三四五六七八九十])份")
_ISSUED = re.compile(r"(?:由)?(.+?)(?:出具|核发|开具|签发)")
_DIGITS = {each: at for at, each in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_LATER = frozenset({"可容缺", "容缺", "可后补", "可容缺后补"})


class Form(StrEnum):
    """In which form it is brought; none is said of what a line is silent about."""

    ORIGINAL = "原件"
    COPY = "复印件"
    BOTH = "原件和复印件"
    ELECTRONIC = "电子件"


_FORMS = {each.value: each for each in Form} | {
    **dict.fromkeys(("原件及复印件", "原件、复印件", "原件复印件"), Form.BOTH),
    **dict.fromkeys(("电子版", "电子证照"), Form.ELECTRONIC),
}


@dataclass(frozen=True, slots=True)
class Material:
    """One material; `copies` 0 is not said, `later`: 容缺, it may be brought later."""

    name: str
    form: Form | None = None
    copies: int = 0
    issuer: str = ""
    later: bool = False
    note: str = ""


def read(line: str) -> Material:
    """Return what the line says; a line without brackets is the name alone."""
    found = _LINE.fullmatch(line.strip())
    if found is None:
        return Material(line.strip())
    values: dict[str, object] = {}
    notes: list[str] = []
    for part in filter(None, (each.strip() for each in _PARTING.split(found["beside"]))):
        name, value = _said(part)
        if name and name not in values:
            values[name] = value
        else:
            notes.append(part)
    return Material(found["name"].strip(), note="，".join(notes), **values)  # type: ignore[arg-type]


def written(material: Material) -> str:
    """Return the line that says this, its parts in one order."""
    beside = (
        material.form or "",
        f"{material.copies}份" if material.copies else "",
        f"{material.issuer}出具" if material.issuer else "",
        "可容缺" if material.later else "",
        material.note,
    )
    told = "，".join(filter(None, beside))
    return f"{material.name}（{told}）" if told else material.name


def in_order(line: str) -> str:
    """Return the line as `written` writes it: two that say the same are the same."""
    return written(read(line))


def _said(part: str) -> tuple[str, object]:
    """Return which field the part is about, and its value; no field for a note."""
    if form := _FORMS.get(part):
        return "form", form
    if part in _LATER:
        return "later", True
    if copies := _COPIES.fullmatch(part):
        return "copies", _DIGITS.get(copies[1]) or int(copies[1])
    if issued := _ISSUED.fullmatch(part):
        return "issuer", issued[1]
    return "", None
