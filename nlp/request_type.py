"""诉求类型: which of the six kinds a request is, by weighted wordings kept in a data file."""

import csv
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from nlp.heard import respelled, shown

# Scores before any wording is heard. 求助 is the commonest kind in Lhasa (domain.md 2.2).
_PRIOR: Mapping[str, float] = {
    "assistance": 0.8,
    "complaint": 0.4,
    "inquiry": 0.2,
    "suggestion": 0.0,
    "report": 0.0,
    "commendation": 0.0,
}
_ASKING_ONLY = "inquiry"
# 咨询 how to complain is still 咨询; 请问 before a complaint is only politeness.
_POLITE = re.compile(r"^(?:你好|您好)?[，,]?请问")


@dataclass(frozen=True, slots=True)
class TypeRule:
    """One wording: `type` gains `weight` once when `pattern` occurs; `note` says what it shows."""

    type: str
    pattern: re.Pattern[str]
    weight: float
    note: str


@dataclass(frozen=True, slots=True)
class TypeSign:
    """A wording that was heard, and what it was worth."""

    type: str
    heard: str
    weight: float
    note: str


@dataclass(frozen=True, slots=True)
class TypeFound:
    """The kind (`RequestType` value), its share among all kinds, and the wordings behind it."""

    type: str
    score: float
    shares: Mapping[str, float]
    signs: tuple[TypeSign, ...]


@cache
def rules() -> tuple[TypeRule, ...]:
    """Return the packaged rules (nlp/data/request_type.csv)."""
    with files("nlp").joinpath("data/request_type.csv").open(encoding="utf-8") as file:
        return tuple(
            TypeRule(row["type"], re.compile(row["pattern"]), float(row["weight"]), row["note"])
            for row in csv.DictReader(file)
        )


def find_type(text: str, spelled: str = "") -> TypeFound:
    """Return the kind of the request; with no wording heard, 求助 at its prior share.

    `spelled` is `heard.respelled(text)` where it is at hand.
    """
    spelled = spelled or respelled(text)
    signs = tuple(
        TypeSign(rule.type, shown(text, spelled, *found.span()), rule.weight, rule.note)
        for rule in rules()
        if (found := rule.pattern.search(spelled)) and not _denied(spelled, found.start())
    )
    scores = dict(_PRIOR)
    for sign in signs:
        scores[sign.type] += sign.weight
    if _POLITE.match(text) and max(scores, key=lambda kind: scores[kind]) != _ASKING_ONLY:
        scores[_ASKING_ONLY] -= 1.0
    shares = _softmax(scores)
    best = max(shares, key=lambda kind: shares[kind])
    return TypeFound(best, shares[best], shares, tuple(sign for sign in signs if sign.type == best))


def _denied(text: str, at: int) -> bool:
    """不是投诉, 没有举报: the wording is named in order to be set aside."""
    return bool(re.search(r"(?:不是|不想|没有|并非|不要)(?:要|来|想)?$", text[max(0, at - 4) : at]))


def _softmax(scores: Mapping[str, float]) -> dict[str, float]:
    total = sum(math.exp(score) for score in scores.values())
    return {kind: math.exp(score) / total for kind, score in scores.items()}
