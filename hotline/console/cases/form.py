"""What is typed of a case, and what its form shows: one field each, tickets and tags by 、."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import Depends, Form

from dispatch.cases.models_cases import CaseText
from dispatch.cases.states import Kind
from dispatch.cases.writing import FIELDS, Wording
from hotline.console.writes import MOST_LETTERS

Line = Annotated[str, Form(max_length=200)]
Area = Annotated[str, Form(max_length=MOST_LETTERS)]


@dataclass(frozen=True)
class Typed:
    """The form's fields as they were typed, so that a refused one is shown again."""

    kind: str = Kind.GOOD
    title: str = ""
    situation: str = ""
    handling: str = ""
    basis: str = ""
    outcome: str = ""
    lesson: str = ""
    matter: str = ""
    tickets: str = ""
    tags: str = ""

    def wording(self) -> Wording:
        """Return what was typed as the domain reads it."""
        kind = Kind.WARNING if self.kind == Kind.WARNING else Kind.GOOD
        texts = {name: getattr(self, name) for name in FIELDS}
        return Wording(
            kind=kind,
            matter=self.matter,
            tickets=_parted(self.tickets),
            tags=_parted(self.tags),
            **texts,
        )


def typed(
    kind: Line = "",
    title: Line = "",
    situation: Area = "",
    handling: Area = "",
    basis: Area = "",
    outcome: Area = "",
    lesson: Area = "",
    matter: Line = "",
    tickets: Area = "",
    tags: Area = "",
) -> Typed:
    """Return what was typed, without the sign that no text holds."""
    words = (kind, title, situation, handling, basis, outcome, lesson, matter, tickets, tags)
    fields = zip(asdict(Typed()), words, strict=True)
    return Typed(**{name: word.replace("\0", "").strip() for name, word in fields})


Filled = Annotated[Typed, Depends(typed)]


def of(row: CaseText, numbers: Sequence[str]) -> Typed:
    """Return the form of a text that is written already."""
    texts = {name: getattr(row, name) for name in FIELDS}
    tickets, tags = "、".join(numbers), "、".join(row.tags)
    return Typed(kind=row.kind, matter=row.matter, tickets=tickets, tags=tags, **texts)


def _parted(written: str) -> list[str]:
    plain = written.replace("、", "\n").replace("，", "\n").replace(",", "\n")
    return [each.strip() for each in plain.splitlines() if each.strip()]
