"""考核方案 as data: what is compared, how surely, among whom, who is told; checked as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dispatch.comparing.intervals import Confidence
from hotline.core.errors import Invalid

LEAST, MOST = 5, 10_000  # judged orders that a minimum sample may ask for
MOST_INDICATORS, MOST_CLASSED = 12, 2_000
MOST_LETTERS, MOST_CLASS = 2_000, 64  # of what it rests on, and of a class's name


class Publication(StrEnum):
    """公布范围: who is told what a published comparison says."""

    NOBODY = "nobody"  # 不公布
    OWN = "departments"  # 各单位只看自己的, and the bands of its class without names
    ALL = "all_departments"  # 各单位互相可见
    PUBLIC = "public"  # 向社会公布


@dataclass(frozen=True, slots=True)
class Measured:
    """One indicator of a scheme: what it weighs, from how many judged orders on it says anything.

    `high_is_better` is the indicator's own (`comparison_indicators.csv`), no choice of a scheme's.
    """

    code: str
    weight: int
    minimum: int
    high_is_better: bool


@dataclass(frozen=True)
class Scheme:
    """What a version of a scheme says; `classes` names departments whose class the site chose."""

    indicators: Sequence[Measured]
    confidence: Confidence
    minimum_reason: str
    basis: str
    classes: Mapping[str, str] = field(default_factory=dict)
    publication: Publication = Publication.OWN
    show_ranks: bool = False
    ranks_basis: str = ""


def scheme_of(body: Mapping[str, Any]) -> Scheme:
    """Return the scheme that a kept body tells of."""
    return Scheme(
        indicators=tuple(Measured(**each) for each in body["indicators"]),
        confidence=Confidence(body["confidence"]),
        minimum_reason=body["minimum_reason"],
        basis=body["basis"],
        classes=dict(body["classes"]),
        publication=Publication(body["publication"]),
        show_ranks=body["show_ranks"],
        ranks_basis=body["ranks_basis"],
    )


def body_of(scheme: Scheme) -> dict[str, Any]:
    """Return the scheme as it is kept."""
    return {
        "indicators": [
            {
                "code": each.code,
                "weight": each.weight,
                "minimum": each.minimum,
                "high_is_better": each.high_is_better,
            }
            for each in scheme.indicators
        ],
        "confidence": int(scheme.confidence),
        "minimum_reason": scheme.minimum_reason,
        "basis": scheme.basis,
        "classes": dict(scheme.classes),
        "publication": scheme.publication.value,
        "show_ranks": scheme.show_ranks,
        "ranks_basis": scheme.ranks_basis,
    }


def require_sound(scheme: Scheme) -> None:
    """Raise Invalid for a scheme that says nothing, too much, or not on what it rests."""
    _require_sound_indicators(scheme.indicators)
    _require_words(scheme)
    _require_sound_classes(scheme.classes)


def _require_words(scheme: Scheme) -> None:
    if not scheme.basis.strip():
        raise Invalid("A scheme needs its basis.", remedy="Name the document that it follows.")
    if not scheme.minimum_reason.strip():
        raise Invalid("A minimum sample needs its reason.", remedy="Say why so many.")
    if scheme.show_ranks and not scheme.ranks_basis.strip():
        raise Invalid(
            "Ranks are shown on a basis alone.",
            remedy="Name the document that asks for them, or leave them off (国办函〔2025〕66号).",
        )
    words = (scheme.basis, scheme.minimum_reason, scheme.ranks_basis)
    if max(map(len, words)) > MOST_LETTERS:
        raise Invalid("A scheme says too much.", remedy=f"At most {MOST_LETTERS} letters each.")


def _require_sound_classes(classes: Mapping[str, str]) -> None:
    if len(classes) > MOST_CLASSED:
        raise Invalid("Too many departments have a class.", remedy=f"At most {MOST_CLASSED}.")
    for unit, name in classes.items():
        if not unit.strip() or not name.strip():
            raise Invalid("A class has no name.", remedy="Write department and class.")
        if len(name) > MOST_CLASS:
            raise Invalid("A class's name is too long.", remedy=f"At most {MOST_CLASS} letters.")


def _require_sound_indicators(indicators: Sequence[Measured]) -> None:
    codes = [each.code for each in indicators]
    if not codes or len(codes) > MOST_INDICATORS:
        raise Invalid("A scheme compares something.", remedy=f"1 to {MOST_INDICATORS} indicators.")
    if len(set(codes)) < len(codes):
        raise Invalid("An indicator is there twice.", remedy="Name each once.")
    for each in indicators:
        if not 1 <= each.weight <= 100:
            raise Invalid(f"The weight of {each.code} is none.", remedy="1 to 100.")
        if not LEAST <= each.minimum <= MOST:
            raise Invalid(
                f"The minimum sample of {each.code} is none.", remedy=f"{LEAST} to {MOST}."
            )
