"""A form that is shown again, with every word that stood in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dispatch.handling.reply_checks import Finding

# Fields that hold no words of anybody's.
_OURS = frozenset({"version", "confirmed", "is_true", "is_solved", "reached", "id", "reason_code"})


@dataclass(frozen=True)
class Again:
    """Which form, why, what was typed by field, and what was found in a reply."""

    action: str
    fault: str = ""
    typed: Mapping[str, list[str]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def of(self, action: str, name: str, otherwise: str = "") -> str:
        """Return what was typed into this form's field; `otherwise` in every other form."""
        if action != self.action:
            return otherwise
        return next(iter(self.typed.get(name, ())), "")

    def kept(self) -> list[str]:
        """Return the words that were typed, for a page that has no such form any more."""
        return [each for name, said in self.typed.items() if name not in _OURS for each in said]


NOTHING = Again("")
