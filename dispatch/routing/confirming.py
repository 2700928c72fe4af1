"""坐席确认: what an agent states stands, the router proposes the rest; one can be told apart."""

from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from sqlmodel import Session

from dispatch.routing import accused, router
from dispatch.routing.proposal import Proposal
from dispatch.terms import RequestType, TimeClass, Urgency
from hotline.core.errors import Invalid
from knowledge import stored
from knowledge.catalogue import candidates, explain
from knowledge.directory import Directory
from knowledge.entries import DistrictEntry, MatterEntry, ResponsibilityEntry
from nlp.text import normalise
from nlp.urgency import find_urgency

_NEAREST = 3
_LIKE = 0.3


@dataclass(frozen=True, slots=True)
class Stated:
    """What the agent states of a request; None and empty are left to the router.

    `category` is a matter's path of one to three names, `district` a code or a name.
    """

    request_type: RequestType | None = None
    category: tuple[str, ...] = ()
    district: str = ""
    urgency: Urgency | None = None


NOTHING = Stated()


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How the request shall be registered, and what is kept beside it.

    `body` is the proposal's; `stated` names the agent's fields, `changed` has what was proposed
    for those that the agent decided otherwise.
    """

    proposal: Proposal
    body: dict[str, Any]


def confirm(session: Session, text: str, stated: Stated, *, home: str, at: datetime) -> Confirmed:
    """Return what stands; raises Invalid for an unknown matter or district, naming near ones.

    The department is the catalogue's for the matter and district that stand, never an accused one.
    """
    directory = stored.current(session)
    matter = _matter(directory, stated.category) if stated.category else None
    district = _district(directory, stated.district) if stated.district else None
    if stated.request_type and stated.urgency and matter and district:
        chosen = _chosen(directory, text, stated.request_type, matter, district, at)
        proposed, stands = None, _urgent(chosen, text, stated.urgency)
    else:
        proposed = router.propose(session, text, home=home, spoken=False, auto=None, at=at)
        stands = _overruled(directory, proposed, text, stated, matter, district, at)
    return Confirmed(stands, _body(stands, proposed, stated))


def _chosen(
    directory: Directory,
    text: str,
    request_type: RequestType,
    matter: MatterEntry,
    district: DistrictEntry,
    at: datetime,
) -> Proposal:
    """Return a proposal that rests on the agent's word and the catalogue alone."""
    blank = Proposal(
        request_type=request_type,
        category=matter.category,
        matter_code=matter.code,
        department="",
        department_code="",
        district=district.code,
        district_name=district.name_zh,
        urgency=Urgency.NORMAL,
        time_class=TimeClass.NORMAL,
        call_numbers=(),
        confidence=1.0,
        auto_dispatch=False,
        legal_basis="",
        alternatives=(),
        reasons=(),
        entities=(),
    )
    return _resolved(directory, blank, text, matter, district, at)


def _overruled(
    directory: Directory,
    proposed: Proposal,
    text: str,
    stated: Stated,
    matter: MatterEntry | None,
    district: DistrictEntry | None,
    at: datetime,
) -> Proposal:
    """Return the proposal with the agent's word put over it."""
    stands = proposed
    there = district or directory.districts[proposed.district]
    about = matter or directory.matters[proposed.matter_code]
    if (about.code, there.code) != (proposed.matter_code, proposed.district):
        stands = _resolved(directory, proposed, text, about, there, at)
    if stated.request_type:
        stands = replace(stands, request_type=stated.request_type)
    if stated.urgency and stated.urgency is not proposed.urgency:
        stands = _urgent(stands, text, stated.urgency)
    return stands


def _resolved(
    directory: Directory,
    proposal: Proposal,
    text: str,
    matter: MatterEntry,
    district: DistrictEntry,
    at: datetime,
) -> Proposal:
    """Return the proposal for another matter or district, with the department that answers."""
    found = candidates(directory, matter, district.code, at)
    entry, _ = accused.choose(directory, normalise(text), found)
    unit = directory.departments[entry.department_code] if entry else None
    return replace(
        proposal,
        category=matter.category,
        matter_code=matter.code,
        district=district.code,
        district_name=district.name_zh,
        department=unit.name if unit else "",
        department_code=unit.code if unit else "",
        legal_basis=entry.legal_basis if entry else "",
        reasons=_because(directory, entry),
    )


def _because(directory: Directory, entry: ResponsibilityEntry | None) -> tuple[str, ...]:
    return (explain(directory, entry),) if entry else ()


def _urgent(proposal: Proposal, text: str, urgency: Urgency) -> Proposal:
    """Return the proposal with the agent's urgency; danger that was said is heard all the same."""
    heard = find_urgency(normalise(text))  # no word of danger has a digit, so nothing is masked
    time_class = TimeClass(heard.time_class)
    if urgency is Urgency.CRITICAL:
        time_class = TimeClass.EMERGENCY
    elif time_class is TimeClass.EMERGENCY:  # an emergency's limits are for what is critical
        time_class = TimeClass.NORMAL
    return replace(proposal, urgency=urgency, time_class=time_class, call_numbers=heard.numbers)


def _body(stands: Proposal, proposed: Proposal | None, stated: Stated) -> dict[str, Any]:
    body = stands.as_json()
    before = proposed.as_json() if proposed else body
    fields = ("request_type", "category", "district", "urgency")
    body["stated"] = [name for name in fields if getattr(stated, name)]
    body["changed"] = {
        name: before[name]
        for name in (*fields, "department_code", "time_class")
        if before[name] != body[name]
    }
    return body


def _matter(directory: Directory, category: tuple[str, ...]) -> MatterEntry:
    found = directory.matter(*category) if len(category) <= 3 else None
    if found is None:
        known = {"/".join(filter(None, path)): path for path in directory.by_category}
        raise _unknown("matter", "/".join(filter(None, category)), list(known))
    return found


def _district(directory: Directory, wanted: str) -> DistrictEntry:
    found = directory.districts.get(wanted)
    if found:
        return found
    named = [one for one in directory.districts.values() if wanted in (one.name_zh, *one.aliases)]
    if len(named) == 1:
        return named[0]
    shown = {f"{one.name_zh} {code}": one for code, one in directory.districts.items()}
    raise _unknown("district", wanted, list(shown))


def _unknown(what: str, wanted: str, known: list[str]) -> Invalid:
    near = get_close_matches(wanted, known, _NEAREST, _LIKE)
    remedy = f"Near are: {', '.join(near)}." if near else "Take it from the lists."
    return Invalid(f"No {what} is called {wanted!r}.", remedy=remedy)
