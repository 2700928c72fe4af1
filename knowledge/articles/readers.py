"""Whom an article must be read by: people of a role, with a skill, in a line with a district."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from hotline.core.accounts import Account, Actor, Role
from hotline.core.clock import beijing_day
from hotline.core.errors import Invalid
from knowledge import lineage
from knowledge.models import District
from telephony.models import Seat

# Who is at the hotline and may be asked to read; whoever looks things up for others is.
ASKED = (Role.AGENT, Role.TEAM_LEAD, Role.INSPECTOR, Role.SUPERVISOR, Role.EDITOR)
USUALLY = (Role.AGENT, Role.TEAM_LEAD)


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom something is: one of these roles, with the skill, in a line with the district."""

    roles: tuple[str, ...] = USUALLY
    skill: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who may be asked, of the hotline from a day on; no district is the whole site's."""

    username: str
    name: str
    role: str
    district: str
    skills: frozenset[str] = frozenset()
    since: date | None = None


def check(session: Session, audience: Audience) -> None:
    """Raise Invalid for an audience that nobody is in."""
    if not audience.roles or set(audience.roles) - set(ASKED):
        raise Invalid("Nobody has such a role.", remedy=f"Name some of {', '.join(ASKED)}.")
    if audience.district and session.get(District, audience.district) is None:
        raise Invalid(f"{audience.district!r} is no district.", remedy="Use a six-digit code.")
    if not of_audience(session, audience, everybody(session)):
        raise Invalid("Nobody is in that audience.", remedy="Take other roles, skill or district.")


def reader_of(session: Session, actor: Actor) -> Reader:
    """Return the actor as who may be asked to read."""
    asked = select(Account.created_at, Seat.skills).where(Account.username == actor.name)
    mine = col(Seat.account_id) == Account.id
    at, skills = session.exec(asked.join(Seat, mine, isouter=True)).first() or (None, None)
    since = beijing_day(at) if at else None
    return Reader(actor.name, "", actor.role or "", actor.district, frozenset(skills or ()), since)


def asks(audience: Audience, reader: Reader, above: Mapping[str, str]) -> bool:
    """Return whether the audience takes the reader in, by the parents of all districts.

    Who works for the whole site answers for every district.
    """
    if reader.role not in audience.roles:
        return False
    if audience.skill and audience.skill not in reader.skills:
        return False
    if not audience.district or not reader.district:
        return True
    return lineage.of_one_line(above, reader.district, audience.district)


def of_audience(
    session: Session,
    audience: Audience,
    among: Sequence[Reader],
    *,
    above: Mapping[str, str] | None = None,
) -> Sequence[Reader]:
    """Return those of them whom the audience takes in; who asks for many gives the parents."""
    if above is None:
        above = lineage.parents(session) if audience.district else {}
    return [each for each in among if asks(audience, each, above)]


def everybody(session: Session, *, watcher: Actor | None = None) -> Sequence[Reader]:
    """Return everybody who may be asked, by name; for a watcher those of their own district alone.

    Who may not sign in any more is not asked.
    """
    found = session.exec(
        select(Account, Seat.skills)
        .join(Seat, col(Seat.account_id) == Account.id, isouter=True)
        .where(col(Account.role).in_(ASKED), col(Account.disabled_at).is_(None))
        .order_by(col(Account.username))
    )
    readers = [
        Reader(
            *(each.username, each.display_name, each.role, each.district),
            frozenset(skills or ()),
            beijing_day(each.created_at),
        )
        for each, skills in found
    ]
    within = _within(session, {each.district for each in readers}, watcher)
    return [each for each in readers if each.district in within]


def _within(session: Session, districts: Collection[str], watcher: Actor | None) -> set[str]:
    if watcher is None or not watcher.district:
        return set(districts)
    return {each for each in districts if watcher.district in lineage.upwards(session, each)}
