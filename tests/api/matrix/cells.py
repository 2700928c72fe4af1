"""One cell of the matrix: a route, asked by a role after one thing; and what the table says."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.accounts import Role
from hotline.core.security import PERMISSIONS, Reach
from tests.api.matrix.doors import Door
from tests.api.matrix.scene import Matter, World
from tests.api.matrix.who import Asker

_NUMBER = re.compile(r"\b\d{12}(-\d+)?\b")
_GAP = re.compile(r"{(\w+)(?::\w+)?}")
# Under these a number in the path is a work order's.
_OF_ORDERS = ("/api/v1/work-orders/", "/console/orders/", "/portal/orders/")
_SIGN_IN = "/console/sign-in"


class Thing(StrEnum):
    OWN = "own"
    FOREIGN = "foreign"
    SEALED = "sealed"


class Said(StrEnum):
    """What the table says of a cell."""

    REFUSED = "refused"  # 403, whatever is asked after; a page leads who has no account to sign in
    NOT_THERE = "not there"  # 404
    LET_IN = "let in"  # anything that is neither, and no server error


@dataclass(frozen=True)
class Cell:
    door: Door
    asker: Asker
    thing: Thing

    def __str__(self) -> str:
        return f"{self.door.name}, {self.thing}"


def cells(door: Door, asker: Asker) -> Iterator[Cell]:
    """Return a route's cells for who asks: one a thing, or one for a route that names none."""
    things = Thing if names_a_thing(door) else (Thing.OWN,)
    return (Cell(door, asker, thing) for thing in things)


def names_a_thing(door: Door) -> bool:
    gaps = set(_GAP.findall(door.path))
    ours = {"number", "callback_id", "supervision_id", "case_id", "cluster_id", "call_id"}
    return bool(gaps & ours) or "number" in door.query


def said(cell: Cell) -> Said:
    """Return what the table says; of a route with more than one permission, each must let in."""
    rows = [PERMISSIONS[permission].get(cell.asker.role) for permission in cell.door.permissions]
    by_key = cell.asker.role is Role.SYSTEM and cell.door.of_pages  # pages are for people
    if None in rows or by_key:
        return Said.REFUSED
    to_see = cell.thing is Thing.OWN or (cell.thing is Thing.SEALED and cell.asker.named)
    if not to_see and set(rows) != {Reach.ALL}:
        return Said.NOT_THERE
    return Said.LET_IN


def ask(
    client: TestClient, session: Session, headers: dict[str, str], cell: Cell, world: World
) -> Any:
    """Send the cell's request, and undo whatever came of it."""
    door, matter = cell.door, getattr(world, cell.thing)
    asked: dict[str, Any] = {"params": {**door.query, **_named(door.query, matter)}}
    if door.form or door.files:
        asked |= {"data": {**door.form, **_named(door.form, matter)}, "files": door.files or None}
    elif door.body is not None:
        asked["json"] = _numbered(door.body, matter)
    undone = session.begin_nested()
    try:
        return client.request(
            door.method,
            _GAP.sub(lambda gap: str(_filled(gap[1], door, matter)), door.path),
            headers=headers,
            follow_redirects=False,
            **asked,
        )
    finally:
        undone.rollback()
        session.expire_all()


def heard(answer: Any) -> Said | str:
    """Return what the answer amounts to."""
    led_away = answer.status_code == 303 and answer.headers["location"].startswith(_SIGN_IN)
    if answer.status_code in (401, 403) or led_away:
        return Said.REFUSED
    if answer.status_code == 404:
        return Said.NOT_THERE
    return Said.LET_IN if answer.status_code < 500 else f"a server error: {answer.text[:200]}"


def told(cell: Cell, answer: Any, world: World) -> list[str]:
    """Return what the answer tells of matters that the asker may not see."""
    if cell.thing is not Thing.OWN:
        return []  # the number that was asked for is repeated
    hidden = [world.foreign] if cell.asker.named else [world.foreign, world.sealed]
    return [each.number for each in hidden if each.number in answer.text]


def _filled(gap: str, door: Door, matter: Matter) -> Any:
    if gap == "number":
        return matter.order if door.path.startswith(_OF_ORDERS) else matter.number
    return matter.ids.get(gap, door.gaps[gap])


def _named(fields: dict[str, Any], matter: Matter) -> dict[str, Any]:
    names = {"number": matter.number, "order": matter.order, "case": matter.ids["case_id"]}
    return {name: names[name] for name in fields if name in names}


def _numbered(body: Any, matter: Matter) -> Any:
    """Return the body with the matter's numbers in place of an example's."""

    def ours(found: re.Match[str]) -> str:
        return matter.order if found[1] else matter.number

    return json.loads(_NUMBER.sub(ours, json.dumps(body)))
