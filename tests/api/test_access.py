"""Who gets in, and what each may do."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.accounts import Role
from hotline.core.security import PERMISSIONS, Permission
from tests.api.conftest import sign_in
from tests.apps import fresh_app
from tests.factories import create_ticket

# Routes by which one signs in or asks whether the hotline lives.
OPEN = {"sign_in", "sign_out", "issue_token", "health", "readiness", "metrics"}


def permissions_of(dependant: Dependant) -> Iterator[Permission]:
    for each in dependant.dependencies:
        permission = getattr(each.call, "permission", None)
        if permission:
            yield permission
        yield from permissions_of(each)


def json_routes() -> list[APIRoute]:
    return [
        route
        for context in iter_route_contexts(fresh_app().routes)
        if isinstance(route := context.original_route, APIRoute) and route.include_in_schema
    ]


def test_every_route_names_its_permission() -> None:
    for route in json_routes():
        if route.operation_id not in OPEN:
            assert list(permissions_of(route.dependant)), f"{route.path} is open to everybody"


def test_no_door_is_overlooked() -> None:
    paths = {route.path for route in json_routes()}
    assert {"/api/v1/tickets", "/api/v1/work-orders/{number}/reply", "/healthz"} <= paths


def test_every_permission_is_in_the_table_and_somebody_has_it() -> None:
    assert all(PERMISSIONS[permission] for permission in Permission)


def test_operation_ids_are_given_and_unique() -> None:
    ids = [route.operation_id for route in json_routes()]
    assert all(ids)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", ["/api/v1/tickets", "/api/v1/calls", "/api/v1/stream"])
def test_nobody_gets_in_without_signing_in(anonymous: TestClient, path: str) -> None:
    answer = anonymous.get(path)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["remedy"]


def test_a_name_and_password_work_as_basic_credentials(
    client: TestClient,
) -> None:
    del client.headers["Authorization"]
    client.cookies.clear()
    assert client.get("/api/v1/tickets", auth=("agent-1", "secret-word")).status_code == 200
    assert client.get("/api/v1/tickets", auth=("agent-1", "wrong")).status_code == 401


def test_an_auditor_reads_but_does_not_dispatch(
    anonymous: TestClient, session: Session, now: datetime
) -> None:
    ticket = create_ticket(session, now=now)
    auditor = sign_in(anonymous, session, Role.AUDITOR, now)
    assert auditor.get(f"/api/v1/tickets/{ticket.number}").status_code == 200
    assert auditor.post(f"/api/v1/tickets/{ticket.number}/dispatch").status_code == 403


def test_signing_out_ends_the_session(
    anonymous: TestClient, session: Session, now: datetime
) -> None:
    client = sign_in(anonymous, session, Role.AGENT, now)
    del client.headers["Authorization"]
    assert client.get("/api/v1/tickets").status_code == 200
    assert client.delete("/api/v1/sessions").status_code == 204
    assert client.get("/api/v1/tickets").status_code == 401
