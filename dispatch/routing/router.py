"""Route a request: from what was typed or heard to a proposal an agent can confirm."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from dispatch.routing import accused, doubtful, reasons
from dispatch.routing.auto import Permitting, never
from dispatch.routing.proposal import Alternative, Proposal
from dispatch.routing.reading import Reading, read
from dispatch.terms import RequestType, TimeClass, Urgency
from hotline.core.errors import Invalid
from knowledge.catalogue import candidates, responsible
from knowledge.directory import Directory
from knowledge.entries import MatterEntry, ResponsibilityEntry
from knowledge.evidence import best_below
from knowledge.matching import Match, leaf
from nlp.classifier import Model
from nlp.doubts import LONGEST
from nlp.model_files import load
from nlp.spelling import as_known

if TYPE_CHECKING:
    from sqlmodel import Session

ALTERNATIVES = 3
ALTERNATIVE_FROM = 0.03


@cache
def shipped_model() -> Model:
    """Return the matter model that comes with the package, loaded once."""
    with as_file(files("nlp") / "data" / "matters") as folder:
        return load(folder)


def propose(
    session: "Session",
    text: str,
    *,
    home: str,
    spoken: bool,
    auto: Permitting | None,
    at: datetime,
) -> Proposal:
    """Return the proposal by the site's own tables.

    `auto` says which may go out by themselves (`earned_policy.current`); None: none.
    """
    # Routing from the terminal needs no database: SQLModel would cost it a second.
    from dispatch.routing import live_model
    from knowledge import stored

    return route(
        text,
        directory=stored.current(session),
        model=live_model.current(session),
        home=home,
        at=at,
        spoken=spoken,
        auto=auto,
    )


def route(
    text: str,
    *,
    directory: Directory,
    model: Model,
    home: str,
    at: datetime,
    spoken: bool = False,
    auto: Permitting | None = None,
) -> Proposal:
    """Return the proposal for what a requester said; `home` is taken when no place is named.

    Raises Invalid when `home` is not in the directory.
    """
    if home not in directory.districts:
        raise Invalid(
            f"No district has the code {home!r}.", remedy="Set HOTLINE_DISTRICT to a known code."
        )
    reading = read(_spelled(text, directory, spoken=spoken), directory, model, home)
    entry, passed = accused.choose(
        directory,
        reading.text,
        candidates(directory, reading.matched.matter, reading.located.code, at),
    )
    waits = never(RequestType(reading.kind.type), Urgency(reading.urgency.urgency))
    may_go = reading.matched.decided and not (passed or waits or reading.doubts)
    return _proposal(
        directory,
        reading,
        entry,
        auto_dispatch=may_go and _permitted(auto, entry, reading, spoken),
        alternatives=_alternatives(directory, reading, at, shut=passed | _code(entry)),
        reasons=tuple(reasons.of(directory, reading, entry, passed, waits)),
    )


def _spelled(text: str, directory: Directory, *, spoken: bool) -> str:
    """Return recognised words as the catalogue writes them; nothing too long to be believed."""
    heard = spoken and len(text) <= LONGEST
    return as_known(text, directory.keywords) if heard else text


def _proposal(
    directory: Directory,
    reading: Reading,
    entry: ResponsibilityEntry | None,
    *,
    auto_dispatch: bool,
    alternatives: tuple[Alternative, ...],
    reasons: tuple[str, ...],
) -> Proposal:
    matter, district = reading.matched.matter, directory.districts[reading.located.code]
    return Proposal(
        request_type=RequestType(reading.kind.type),
        category=matter.category,
        matter_code=matter.code,
        department=directory.departments[entry.department_code].name if entry else "",
        department_code=entry.department_code if entry else "",
        district=district.code,
        district_name=district.name_zh,
        urgency=Urgency(reading.urgency.urgency),
        time_class=TimeClass(reading.urgency.time_class),
        call_numbers=reading.urgency.numbers,
        confidence=reading.matched.probability,
        auto_dispatch=auto_dispatch,
        legal_basis=entry.legal_basis if entry else "",
        alternatives=alternatives,
        reasons=reasons,
        entities=reading.entities,
        language=reading.language.value,
        agent_skill=doubtful.skill_for(reading.language, tibetan=reading.tibetan),
    )


def _code(entry: ResponsibilityEntry | None) -> frozenset[str]:
    return frozenset({entry.department_code}) if entry else frozenset()


def _permitted(
    auto: Permitting | None, entry: ResponsibilityEntry | None, reading: Reading, spoken: bool
) -> bool:
    if auto is None or entry is None:
        return False
    return auto.permits(
        entry,
        confidence=reading.matched.probability,
        spoken=spoken,
        place_heard=bool(reading.located.heard),
    )


def _alternatives(
    directory: Directory, reading: Reading, at: datetime, *, shut: frozenset[str]
) -> tuple[Alternative, ...]:
    """Other departments: for other readings of the matter, then for the whole first level."""
    found: dict[str, Alternative] = {}
    for matter, share in _readings(directory, reading.matched):
        entry = responsible(directory, matter, reading.located.code, at)
        if entry is None or entry.department_code in shut:
            continue
        name = directory.departments[entry.department_code].name
        found.setdefault(
            entry.department_code, Alternative(matter.category, name, entry.department_code, share)
        )
    return tuple(found.values())[:ALTERNATIVES]


def _readings(directory: Directory, matched: Match) -> Sequence[tuple[MatterEntry, float]]:
    inside = [
        (one.matter, matched.probability)
        for one in best_below(matched.evidence, matched.matter.l1)[1:3]
    ]
    whole = directory.matter(matched.matter.l1)
    others = [
        (leaf(directory, matched.evidence, l1), share)
        for l1, share in matched.shares
        if share >= ALTERNATIVE_FROM and l1 != matched.matter.l1
    ]
    return [*inside, *others, *([(whole, matched.probability)] if whole else [])]
