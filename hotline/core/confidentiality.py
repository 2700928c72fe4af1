"""密级: how much of a matter, and of who raised it, may be seen (domain.md 2.9)."""

from enum import StrEnum


class Confidentiality(StrEnum):
    """From what anybody may know to what only named people may."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    SEALED = "sealed"

    def within(self, clearance: "Confidentiality") -> bool:
        """Return whether somebody cleared this far may see it; a sealed matter is by name only."""
        return _RANK[self] <= _RANK[clearance]


_RANK = {level: rank for rank, level in enumerate(Confidentiality)}
