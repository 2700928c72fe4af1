"""被诉单位回避: a department the request accuses must not receive it (domain.md 2.9)."""

import re
from collections.abc import Iterable

from knowledge.directory import Directory
from knowledge.entries import ResponsibilityEntry

_SHORTEST = 2
_ACCUSING_BEFORE = re.compile(r"(?:投诉|举报|控告|检举|状告)(?![^，。]*?(?:到|给|向))[^，。]{0,8}$")
_ACCUSING_AFTER = re.compile(
    r"^[^，。]{0,10}?(?:不作为|乱作为|推诿|踢皮球|敷衍|乱罚款|吃拿卡要|受贿|收(?:钱|红包)|以权谋私|"
    r"态度(?:很|非常|特别|十分)?(?:差|恶劣|不好|蛮横)|骂人|打人|滥用职权|包庇|不管不问|暴力执法|不立案)"
)


def choose(
    directory: Directory, text: str, candidates: Iterable[ResponsibilityEntry]
) -> tuple[ResponsibilityEntry | None, frozenset[str]]:
    """Return the first candidate the text doesn't accuse, and the codes of those passed over.

    Whoever is accused is passed over for the level above, not for a colleague beside it. A
    department called by a name several share (城管局) is the nearest one of them.
    """
    entries = list(candidates)
    wordings = _accused_wordings(directory, text, entries)
    passed: set[str] = set()
    closed: set[str] = set()  # districts whose own level was passed over
    for entry in entries:
        department = directory.departments[entry.department_code]
        mine = {word for word in wordings if any(own.endswith(word) for own in department.wordings)}
        named = mine & {department.name, department.short_name}
        if department.code in passed or named or (mine and not passed):
            passed.add(department.code)
            closed.add(entry.district_code)
        elif entry.district_code not in closed:
            return entry, frozenset(passed)
    return None, frozenset(passed)


def accuses(directory: Directory, text: str, code: str, *, home: str) -> bool:
    """Return whether the text accuses this department: by its own name or a shared one.

    A name that several share means the nearest to the district `home` that bears it.
    """
    unit = directory.departments[code]
    heard = {word for word in unit.wordings if len(word) >= _SHORTEST and _is_accused(text, word)}
    if heard & {unit.name, unit.short_name}:
        return True
    whole = [word for word in heard if not any(word in other for other in heard - {word})]
    return any(unit.district_code == _nearest(directory, word, home) for word in whole)


def _nearest(directory: Directory, wording: str, home: str) -> str:
    """Return the first district from `home` upwards with a department of that wording."""
    bearers = {
        unit.district_code
        for unit in directory.departments.values()
        if any(own.endswith(wording) for own in unit.wordings)
    }
    return next((area for area in directory.upwards(home) if area in bearers), "")


def _accused_wordings(
    directory: Directory, text: str, entries: Iterable[ResponsibilityEntry]
) -> set[str]:
    return {
        wording
        for entry in entries
        for wording in directory.departments[entry.department_code].wordings
        if len(wording) >= _SHORTEST and _is_accused(text, wording)
    }


def _is_accused(text: str, wording: str) -> bool:
    return wording in text and any(
        _ACCUSING_BEFORE.search(text[max(0, found.start() - 14) : found.start()])
        or _ACCUSING_AFTER.match(text[found.end() :])
        for found in re.finditer(re.escape(wording), text)
    )
