"""时限规则 taken in: each profile of a file becomes its newest version, whole or not at all."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from dispatch.rules import policy_rows, rules_stamp
from dispatch.rules.models_rules import PolicyVersion
from dispatch.rules.policies import POLICIES, Policy, read_policies
from dispatch.rules.policy_gaps import require_whole
from hotline.core import events
from hotline.core.accounts import MACHINE, Actor
from hotline.core.clock import beijing_day
from hotline.core.events import EventType
from hotline.core.settings import settings

CHAIN = "rules:limits"


@dataclass(frozen=True, slots=True)
class ProfileImport:
    """What became of one profile: its rows and its new version, None when it said the same."""

    profile: str
    rows: int
    version: int | None
    in_force: bool  # the profile that HOTLINE_POLICY_PROFILE names


def take_in(
    session: Session,
    file: str,
    policies: Sequence[Policy],
    *,
    actor: Actor,
    now: datetime,
    note: str = "",
    packaged: bool = False,
) -> list[ProfileImport]:
    """Make each profile of the file its newest version; one that says the same is left alone.

    Rows keep their effective dates. Running clocks keep the limit they began with. Raises
    MissingLimits when the profile in force would leave some ticket without a limit it needs.
    """
    rules_stamp.change(session)
    done = []
    for profile in dict.fromkeys(row.profile for row in policies):
        rows = [row for row in policies if row.profile == profile]
        chosen = profile == settings().policy_profile
        if chosen:
            require_whole(profile, rows, beijing_day(now))
        version = None
        if not _is_known(session, profile, rows):
            made = PolicyVersion(
                profile=profile, file=file, digest=digest(rows), at=now, by=str(actor)
            )
            made.note, made.packaged = note, packaged
            version = _keep(session, made, rows, actor=actor, now=now)
        done.append(ProfileImport(profile, len(rows), version, chosen))
    return done


def seed(session: Session, *, now: datetime) -> list[ProfileImport]:
    """Take in the packaged profiles; one that the site has changed is the site's."""
    mine = [row for row in read_policies(POLICIES) if not _is_of_the_site(session, row.profile)]
    return take_in(session, POLICIES.name, mine, actor=MACHINE, now=now, packaged=True)


def digest(policies: Sequence[Policy]) -> str:
    """Return what tells whether two lists of rows say the same, in whatever order."""
    said = "\n".join(sorted(map(repr, policies)))
    return hashlib.sha256(said.encode()).hexdigest()


def _keep(
    session: Session, version: PolicyVersion, rows: Sequence[Policy], *, actor: Actor, now: datetime
) -> int:
    session.add(version)
    session.flush()
    identity = version.id or 0
    session.add_all(policy_rows.rows_of(identity, rows))
    events.append(
        session,
        EventType.POLICIES_LOADED,
        chain=CHAIN,
        actor=str(actor),
        now=now,
        profile=version.profile,
        version=identity,
        rows=len(rows),
    )
    session.flush()
    return identity


def _is_known(session: Session, profile: str, rows: Sequence[Policy]) -> bool:
    newest = policy_rows.newest(session, profile)
    return newest is not None and newest.digest == digest(rows)


def _is_of_the_site(session: Session, profile: str) -> bool:
    newest = policy_rows.newest(session, profile)
    return newest is not None and not newest.packaged
