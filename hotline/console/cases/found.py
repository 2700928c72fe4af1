"""案例 among what was found: its title with what was asked for marked, and that it is a case."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from dispatch.cases import reading
from knowledge.searching.entries import Found
from knowledge.searching.highlights import Stretch, excerpt, highlighted


@dataclass(frozen=True)
class CaseLine:
    """One published case; `kind` says whether it is to be followed or a warning."""

    case: int
    kind: str
    matter: str
    title: list[Stretch]
    said: list[Stretch]
    lesson: str


def found_lines(session: Session, found: Sequence[Found], query: str) -> list[CaseLine]:
    """Return the cases that were found, in their order; what is gone meanwhile is left out."""
    shown = reading.shown_by_id(session, [each.id for each in found])
    return [
        CaseLine(
            case=each.id,
            kind=text.kind,
            matter=text.matter.replace("/", " / "),
            title=highlighted(text.title, query),
            said=excerpt(text.handling, query),
            lesson=text.lesson,
        )
        for each in found
        if each.id in shown
        for _, text in (shown[each.id],)
    ]
