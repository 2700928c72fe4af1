"""Route a request: from what was typed or heard to a proposal an agent can confirm."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from dispatch import accused, reasons
from dispatch.auto import OPTED_IN, AutoPolicy, never
from dispatch.proposal import Alternative, Proposal
from dispatch.terms import RequestType, TimeClass, Urgency
from hotline.core.errors import Invalid
from knowledge.catalogue import candidates, responsible
from knowledge.directory import Directory
from knowledge.entries import MatterEntry, ResponsibilityEntry
from knowledge.evidence import best_below
from knowledge.matching import Match, leaf, match
from nlp.classifier import Model
from nlp.entities import extract, mask
from nlp.model_files import load
from nlp.places import Located, locate
from nlp.request_type import find_type
from nlp.text import normalise
from nlp.urgency import UrgencyFound, find_urgency

if TYPE_CHECKING:
    from sqlmodel import Session

PRAISE = ("其他", "表扬", "表扬")
PRAISE_ABOVE = 0.6
# Danger to people and traffic is police matter whatever else the text speaks of.
DANGER_MATTER: Mapping[str, str] = {"110": "公安政法", "119": "公安政法", "122": "公安政法"}
DANGER_WORTH = 1.5
ALTERNATIVES = 3
ALTERNATIVE_FROM = 0.03


@cache
def shipped_model() -> Model:
    """Return the matter model that comes with the package, loaded once."""
    with as_file(files("nlp") / "data" / "matters") as folder:
        return load(folder)


def propose(
    session: "Session", text: str, *, home: str, spoken: bool, auto: bool, at: datetime
) -> Proposal:
    """Return the proposal by the site's own tables; `auto`: the site opted in to 自动派单."""
    # Routing from the terminal needs no database: SQLModel would cost it a second.
    from knowledge import stored

    return route(
        text,
        directory=stored.current(session),
        model=shipped_model(),
        home=home,
        at=at,
        spoken=spoken,
        auto=OPTED_IN if auto else None,
    )


def route(
    text: str,
    *,
    directory: Directory,
    model: Model,
    home: str,
    at: datetime,
    spoken: bool = False,
    auto: AutoPolicy | None = None,
) -> Proposal:
    """Return the proposal for what a requester said; `home` is taken when no place is named.

    Raises Invalid when `home` is not in the directory.
    """
    if home not in directory.districts:
        raise Invalid(
            f"No district has the code {home!r}.", remedy="Set HOTLINE_DISTRICT to a known code."
        )
    text = normalise(text)
    prediction = model.predict([text])[0]
    urgency, kind = find_urgency(text), find_type(text)
    located = locate(directory.gazetteer, text, home)
    matched = match(directory, text, prediction.top, also=_danger(urgency))
    if kind.type == RequestType.COMMENDATION and kind.score >= PRAISE_ABOVE:
        matched = _praise(directory, matched, kind.score)
    entry, passed = accused.choose(
        directory, text, candidates(directory, matched.matter, located.code, at)
    )
    request_type, level = RequestType(kind.type), Urgency(urgency.urgency)
    waits = never(request_type, level)
    given = [
        *reasons.of_matter(matched, prediction),
        reasons.of_type(kind),
        reasons.of_district(directory, located),
        reasons.of_department(directory, entry, passed),
        *reasons.of_urgency(urgency),
        waits,
    ]
    may_go = bool(entry and matched.decided and not passed and not waits)
    return Proposal(
        request_type=request_type,
        category=matched.matter.category,
        matter_code=matched.matter.code,
        department=directory.departments[entry.department_code].name if entry else "",
        department_code=entry.department_code if entry else "",
        district=located.code,
        district_name=directory.districts[located.code].name_zh,
        urgency=level,
        time_class=TimeClass(urgency.time_class),
        call_numbers=urgency.numbers,
        confidence=matched.probability,
        auto_dispatch=may_go and _permitted(auto, entry, matched, located, spoken),
        legal_basis=entry.legal_basis if entry else "",
        alternatives=_alternatives(directory, matched, entry, located, at),
        reasons=tuple(mask(reason) for reason in given if reason),
        entities=extract(text),
    )


def _danger(urgency: UrgencyFound) -> dict[str, float]:
    return {
        DANGER_MATTER[number]: DANGER_WORTH for number in urgency.numbers if number in DANGER_MATTER
    }


def _praise(directory: Directory, matched: Match, score: float) -> Match:
    """表扬 is a matter of its own, whatever the praised people do."""
    matter = directory.matter(*PRAISE)
    return Match(matter, score, matched.shares, matched.evidence) if matter else matched


def _permitted(
    auto: AutoPolicy | None,
    entry: ResponsibilityEntry | None,
    matched: Match,
    located: Located,
    spoken: bool,
) -> bool:
    if auto is None or entry is None:
        return False
    return auto.permits(
        entry,
        confidence=matched.probability,
        spoken=spoken,
        place_heard=bool(located.heard),
    )


def _alternatives(
    directory: Directory,
    matched: Match,
    chosen: ResponsibilityEntry | None,
    located: Located,
    at: datetime,
) -> tuple[Alternative, ...]:
    """Other departments: for other readings of the matter, then for the whole first level."""
    found: dict[str, Alternative] = {}
    for matter, share in _readings(directory, matched):
        entry = responsible(directory, matter, located.code, at)
        if entry is None or (chosen and entry.department_code == chosen.department_code):
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
