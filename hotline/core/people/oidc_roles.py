"""角色映射: which value of the provider's role claim makes somebody what, in which place.

A TOML file: `[[person]]` tables with `claim`, `role` and, where they apply, `department`,
`district`, `clearance`. The first one that the person's claim holds counts.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from hotline.core.accounts import role_named
from hotline.core.confidentiality import Confidentiality
from hotline.core.errors import Invalid, NotAllowed
from hotline.core.people.staff import Place

_KEYS = frozenset({"claim", "role", "department", "district", "clearance"})


class Unmapped(NotAllowed):
    title = "Your account at the provider has no role here"


@dataclass(frozen=True)
class Rule:
    """Whoever's claim holds this value is given this place."""

    claim: str
    place: Place


def place_for(claims: Mapping[str, Any], path: str, rules: tuple[Rule, ...]) -> Place:
    """Return the place of the first rule that the claim at `path` holds; raise Unmapped."""
    held = _values(claims, path)
    for rule in rules:
        if rule.claim in held:
            return rule.place
    raise Unmapped(
        f"None of your values of {path!r} has a role in this hotline.",
        remedy="Ask for a role; an administrator maps it in HOTLINE_OIDC_ROLES.",
    )


@lru_cache
def read_rules(file: Path) -> tuple[Rule, ...]:
    """Return the file's rules, read once a process; raise Invalid naming the bad one."""
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:  # TOMLDecodeError and UnicodeDecodeError are the latter
        raise Invalid(
            f"The role mapping {file} can't be read: {error}.", remedy="See docs/people.md."
        ) from error
    people = tables.get("person", [])
    if set(tables) != {"person"} or not isinstance(people, list):
        raise Invalid(f"{file} has no [[person]] tables.", remedy="See docs/people.md.")
    return tuple(_rule(file, number, each) for number, each in enumerate(people, start=1))


def _rule(file: Path, number: int, table: Mapping[str, Any]) -> Rule:
    try:
        if set(table) - _KEYS or not {"claim", "role"} <= set(table):
            raise Invalid(f"it needs claim and role, and takes {', '.join(sorted(_KEYS))} only")
        place = Place(
            role_named(str(table["role"])),
            str(table.get("department", "")),
            str(table.get("district", "")),
            Confidentiality(table.get("clearance", Confidentiality.CONFIDENTIAL)),
        )
    except (Invalid, ValueError) as error:
        raise Invalid(f"{file}, person {number}: {error}", remedy="See docs/people.md.") from error
    return Rule(str(table["claim"]), place)


def _values(claims: Mapping[str, Any], path: str) -> frozenset[str]:
    found: Any = claims
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    several = found if isinstance(found, list) else [found]
    return frozenset(each for each in several if isinstance(each, str))
