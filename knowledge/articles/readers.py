"""Whom an article must be read by: people of a role, with a skill, in a line with a district."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from hotline.core.accounts import Account, Actor, Role
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
    """Somebody who may be asked; an empty district is the whole site's."""

    username: str
    name: str
    role: str
    district: str
    skills: frozenset[str] = frozenset()


def check(session: Session, audience: Audience) -> None:
    """Raise Invalid for an audience that nobody can be in."""
    if not audience.roles or set(audience.roles) - set(ASKED):
        raise Invalid("Nobody has such a role.", remedy=f"Name some of {', '.join(ASKED)}.")
    if audience.district and session.get(District, audience.district) is None:
        raise Invalid(f"{audience.district!r} is no district.", remedy="Use a six-digit code.")


def reader_of(session: Session, actor: Actor) -> Reader:
    """Return the actor as who may be asked to read."""
    skills = session.exec(select(Seat.skills).where(Seat.username == actor.name)).first()
    return Reader(actor.name, "", actor.role or "", actor.district, frozenset(skills or ()))


def asks(session: Session, audience: Audience, reader: Reader) -> bool:
    """Return whether the audience takes the reader in.

    Who works for the whole site answers for every district.
    """
    if reader.role not in audience.roles:
        return False
    if audience.skill and audience.skill not in reader.skills:
        return False
    if not audience.district or not reader.district:
        return True
    return lineage.in_line(session, reader.district, audience.district)


def of_audience(session: Session, audience: Audience, among: Sequence[Reader]) -> Sequence[Reader]:
    """Return those of them whom the audience takes in."""
    return [each for each in among if asks(session, audience, each)]


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
        Reader(each.username, each.display_name, each.role, each.district, frozenset(skills or ()))
        for each, skills in found
    ]
    within = _within(session, {each.district for each in readers}, watcher)
    return [each for each in readers if each.district in within]


def _within(session: Session, districts: Collection[str], watcher: Actor | None) -> set[str]:
    if watcher is None or not watcher.district:
        return set(districts)
    return {each for each in districts if watcher.district in lineage.upwards(session, each)}
