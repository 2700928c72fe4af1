"""The table stands for every route, draws the buttons, and is the page that people read."""

import re
from pathlib import Path

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.commands.permissions import page
from hotline.core.accounts import Actor, Role
from hotline.core.errors import NotAllowed
from hotline.core.security import PERMISSIONS, SCOPES, Permission, Reach, may, require
from tests.api.conftest import another
from tests.api.matrix.doors import Door, doors, permissions_of
from tests.api.matrix.scene import world
from tests.api.matrix.who import Asker, signed_in
from tests.apps import fresh_app

PAGE = Path(__file__).parents[3] / "docs" / "permissions.md"
# By which one signs in, or out, or asks whether the hotline lives; and files that say nothing.
OPEN = re.compile(
    r"/(?:|healthz|readyz|metrics|docs.*|redoc.*|openapi\.json|static.*|static-offline-docs.*"
    r"|console/sign-in.*|console/sign-out|console/language|console/oidc.*|assets.*|console/static.*"
    r"|statistics|statistics/comparisons(?:/.+)?"  # what is published to everybody
    r"|new|t/|t/link|t/[^/]+"  # a requester's own door, by the link that they hold
    r"|api/v1/sessions|api/v1/oauth/token|oauth2?/.*)"
)
_FORM = re.compile(r'<form(?=[^>]*method="post")[^>]*?\saction="(/console[^"?#]*)')
_POSTED = re.compile(r'\shx-post="(/console[^"?#]*)')
_GOT = re.compile(r'\s(?:href|src|hx-get)="(/console[^"?#]*)')
PEOPLE_INSIDE = sorted(role for role, reach in PERMISSIONS[Permission.TICKET_READ].items() if reach)


def test_no_route_is_missing_from_the_table() -> None:
    """Neither a JSON route nor a page, by any method."""
    without = [
        f"{sorted(route.methods or ())} {route.path}"
        for context in iter_route_contexts(fresh_app().routes)
        if isinstance(route := context.original_route, APIRoute)
        if not list(permissions_of(route.dependant)) and not OPEN.fullmatch(route.path)
    ]
    assert without == []
    named = {permission for door in doors(fresh_app()) for permission in door.permissions}
    assert named <= PERMISSIONS.keys() == set(Permission)


def test_a_department_never_reaches_further_than_its_own() -> None:
    for row in PERMISSIONS.values():
        of_departments = {row.get(role) for role in (Role.SYSTEM, Role.HANDLER, Role.LEADER)}
        assert of_departments <= {None, Reach.OWN, Reach.SELF}


def test_what_a_department_system_may_has_a_scope() -> None:
    for permission, row in PERMISSIONS.items():
        if row.get(Role.SYSTEM) is Reach.OWN:
            assert SCOPES[permission]


def test_scopes_and_a_missing_department_take_permissions_away() -> None:
    let = Actor("x", Role.SYSTEM, "540102-urban", scopes=frozenset({"orders.read"}))
    require(let, Permission.ORDER_READ)
    for actor, permission in (
        (let, Permission.ORDER_HANDLE),
        (Actor("x", Role.HANDLER), Permission.ORDER_READ),
        (Actor("x", Role.INSPECTOR), Permission.TICKET_DISPATCH),
        (Actor("x", Role.HANDLER, "540102-urban"), Permission.ORDER_SIGN),
    ):
        with pytest.raises(NotAllowed):
            require(actor, permission)
    require(Actor("x", Role.LEADER, "540102-urban"), Permission.ORDER_SIGN)


def test_an_inspector_reads_and_changes_nothing_but_inspections() -> None:
    inspector = Actor("x", Role.INSPECTOR)
    mine = {each for each in Permission if may(inspector, each)}
    changing = {each for each in mine if not each.value.endswith(".read")}
    own = {Permission.INSPECTION_SCORE, Permission.INSPECTION_PLAN, Permission.INSPECTION_HAND}
    assert changing <= {Permission.SELF, Permission.OWN_TICKET, *own}
    assert {Permission.TICKET_READ, Permission.CALL_READ, Permission.CALLBACK_READ} <= mine


def test_the_page_is_the_table() -> None:
    """`hotline permissions > docs/permissions.md` writes it anew."""
    assert PAGE.read_text() == page()


@pytest.mark.parametrize("role", PEOPLE_INSIDE)
def test_no_button_is_drawn_that_would_be_refused(role: Role, session: Session) -> None:
    client, there = another(session), world(session)
    client.headers.update(signed_in(client, session, Asker(role)))
    every = [each for each in doors(client.app) if each.of_pages]  # type: ignore[arg-type]
    for path in ("/", f"/tickets/{there.own.number}", f"/tickets/{there.own.number}/state"):
        for method, target in _drawn(client, f"/console{path}"):
            door = _door(every, method, target)
            refused = [each for each in door.permissions if role not in PERMISSIONS[each]]
            assert not refused, f"{method} {target} on {path} is refused: {refused}"


def _drawn(client: TestClient, path: str) -> set[tuple[str, str]]:
    shown = client.get(path)
    assert shown.status_code == 200
    posted = {("POST", each) for found in (_FORM, _POSTED) for each in found.findall(shown.text)}
    return posted | {("GET", each) for each in _GOT.findall(shown.text)}


def _door(every: list[Door], method: str, target: str) -> Door:
    """Return the page's route; one that asks for no permission lets everybody in."""
    for door in every:
        path = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(door.path))
        if door.method == method and re.fullmatch(path, target):
            return door
    return Door(method, target, target, ())
