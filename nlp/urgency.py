"""紧急程度: danger and failing supply, by words with guards; never by a classifier alone."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from nlp.heard import respelled, shown

_CLAUSE_END = "，。！？；、,.!?; །"
_SENTENCE_END = "。！？!?།"
_NEAR = 8  # characters before a word in which a denial or a fear of it can stand
_ABOUT = 10
_FARTHEST = 200  # a text without any mark is read in time that grows with its length


@dataclass(frozen=True, slots=True)
class WordGroup:
    """One row of urgency.toml: `words` are tried as one pattern; `number` is whom to call."""

    name: str
    words: re.Pattern[str]
    number: str = ""


@dataclass(frozen=True, slots=True)
class UrgencyRules:
    danger: tuple[WordGroup, ...]
    utility: tuple[WordGroup, ...]
    hazard: tuple[WordGroup, ...]
    complex: re.Pattern[str]
    denied: re.Pattern[str]
    feared: re.Pattern[str]
    past: re.Pattern[str]
    now: re.Pattern[str]
    about: re.Pattern[str]
    thanks: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class UrgencySign:
    """A word that was heard; `live` is false when it is feared, past or only spoken about."""

    group: str
    heard: str
    live: bool
    number: str = ""


@dataclass(frozen=True, slots=True)
class UrgencyFound:
    """`urgency` and `time_class` are the values of dispatch's enums; `numbers` call at once."""

    urgency: str
    time_class: str
    numbers: tuple[str, ...]
    signs: tuple[UrgencySign, ...]


@cache
def rules() -> UrgencyRules:
    """Return the packaged rules (nlp/data/urgency.toml)."""
    data = tomllib.loads(files("nlp").joinpath("data/urgency.toml").read_text("utf-8"))
    return UrgencyRules(
        danger=_groups(data["danger"]),
        utility=_groups(data["utility"]),
        hazard=_groups(data["hazard"]),
        complex=re.compile("|".join(data["complex"]["words"])),
        **{name: re.compile(pattern) for name, pattern in data["guards"].items()},
    )


def find_urgency(text: str, spelled: str = "") -> UrgencyFound:
    """Return how urgent the text is, with every word that says so.

    Live danger is critical; a failing supply, a hazard or a feared danger is urgent. `spelled` is
    `heard.respelled(text)` where it is at hand.
    """
    known, spelled = rules(), spelled or respelled(text)
    danger = _signs(known, known.danger, text, spelled)
    utility = _signs(known, known.utility, text, spelled)
    hazard = _signs(known, known.hazard, text, spelled)
    live = tuple(sign for sign in danger if sign.live)
    supply = tuple(sign for sign in utility if sign.live)
    signs = (*danger, *utility, *hazard)
    if live:
        numbers = tuple(dict.fromkeys(sign.number for sign in live))
        return UrgencyFound("critical", "emergency", numbers, signs)
    if supply:
        return UrgencyFound("urgent", "utility", (), signs)
    late = "complex" if known.complex.search(text) else "normal"
    return UrgencyFound("urgent" if hazard else "normal", late, (), signs)


def _groups(rows: list[dict[str, str]]) -> tuple[WordGroup, ...]:
    return tuple(
        WordGroup(row["name"], re.compile("|".join(row["words"])), row.get("number", ""))
        for row in rows
    )


def _signs(
    known: UrgencyRules, groups: tuple[WordGroup, ...], text: str, spelled: str
) -> tuple[UrgencySign, ...]:
    """Return at most one sign a group: a live one where there is one."""
    signs = []
    thanks = known.thanks.search(spelled) and not known.now.search(spelled)
    for group in groups:
        heard = [
            UrgencySign(
                group.name,
                shown(text, spelled, *found.span()),
                not thanks and _is_live(known, spelled, found),
                group.number,
            )
            for found in group.words.finditer(spelled)
            if not _is_denied(known, spelled, found)
        ]
        if heard:
            signs.append(max(heard, key=lambda sign: sign.live))
    return tuple(signs)


def _is_denied(known: UrgencyRules, text: str, found: re.Match[str]) -> bool:
    return bool(known.denied.search(_since(_CLAUSE_END, text, found.start())[-_NEAR:]))


def _is_live(known: UrgencyRules, text: str, found: re.Match[str]) -> bool:
    clause = _since(_CLAUSE_END, text, found.start())
    sentence = _since(_SENTENCE_END, text, found.start())
    after = text[found.end() : found.end() + _ABOUT]
    over = known.past.search(sentence)
    if over and not known.now.search(sentence + found[0] + after, over.end()):
        return False
    return not (known.feared.search(clause[-_NEAR:]) or known.about.match(after))


def _since(ends: str, text: str, at: int) -> str:
    """Return what stands between the last of `ends` and `at`."""
    begin = max(0, at - _FARTHEST)
    begin = max(begin, *(text.rfind(end, begin, at) + 1 for end in ends))
    return text[begin:at]
