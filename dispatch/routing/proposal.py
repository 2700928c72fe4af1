"""派单建议: what the router proposes for a request, with all an agent needs to check it."""

from dataclasses import dataclass
from typing import Any

from dispatch.terms import RequestType, TimeClass, Urgency
from nlp.entities import Entity, EntityKind

Category = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another department that may be meant; `confidence` is its matter's share."""

    category: Category
    department: str
    department_code: str
    confidence: float

    def as_json(self) -> dict[str, Any]:
        return {
            "category": list(self.category),
            "department": self.department,
            "department_code": self.department_code,
            "confidence": round(self.confidence, 4),
        }


@dataclass(frozen=True, slots=True)
class Proposal:
    """`department` is the Chinese name, `department_code` the directory's; likewise the district.

    `confidence` is the calibrated probability that the first level of `category` is right, kept
    below every threshold where only keywords say so (`reading.UNKNOWN_AT_MOST`).
    `call_numbers` are the emergency numbers to be called at once. `legal_basis` is the catalogue's.
    `language` is of `nlp.language.Language`; `agent_skill` what an agent needs to read it (`bo`).
    """

    request_type: RequestType
    category: Category
    matter_code: str
    department: str
    department_code: str
    district: str
    district_name: str
    urgency: Urgency
    time_class: TimeClass
    call_numbers: tuple[str, ...]
    confidence: float
    auto_dispatch: bool
    legal_basis: str
    alternatives: tuple[Alternative, ...]
    reasons: tuple[str, ...]
    entities: tuple[Entity, ...]
    language: str = "zh"
    agent_skill: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return design.md 6's object; personal values are masked, so it may be kept and shown."""
        return {
            "request_type": self.request_type.value,
            "category": list(self.category),
            "matter_code": self.matter_code,
            "department": self.department,
            "department_code": self.department_code,
            "district": self.district,
            "district_name": self.district_name,
            "urgency": self.urgency.value,
            "time_class": self.time_class.value,
            "call_numbers": list(self.call_numbers),
            "confidence": round(self.confidence, 4),
            "auto_dispatch": self.auto_dispatch,
            "legal_basis": self.legal_basis,
            "alternatives": [one.as_json() for one in self.alternatives],
            "reasons": list(self.reasons),
            "entities": _grouped(self.entities),
            "language": self.language,
            "agent_skill": self.agent_skill,
        }


def _grouped(entities: tuple[Entity, ...]) -> dict[str, list[dict[str, str]]]:
    return {
        kind.value: found
        for kind in EntityKind
        if (found := [entity.as_json() for entity in entities if entity.kind is kind])
    }
