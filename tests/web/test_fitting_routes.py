"""A path is asked of the routers that it fits, and finds the route that it finds among all."""

import re
from collections.abc import Iterator

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from hotline.web import fitting_routes
from hotline.web.fitting_routes import FittingRoutes
from tests.apps import fresh_app

_GAP = re.compile(r"{\w+(?::(\w+))?}")


def scope(method: str, path: str) -> Scope:
    return {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}


def paths() -> Iterator[str]:
    """Yield a path for every route, with a number and with a word in its gaps."""
    for each in iter_route_contexts(fresh_app().routes):
        for word in ("1", "registering", "0b9b8b1e-0000-4000-8000-000000000000"):
            yield _GAP.sub(word, each.path or "/")


def found(routes: list[BaseRoute], method: str, path: str) -> list[tuple[BaseRoute, Match]]:
    """Return the routes that know the path, in the order in which they are asked."""
    asked = [(each, each.matches(scope(method, path))[0]) for each in routes]
    return [(route, match) for route, match in asked if match is not Match.NONE]


def test_every_path_finds_among_the_few_what_it_finds_among_all() -> None:
    router = fresh_app().router
    fitting = FittingRoutes(router)
    for path in sorted(set(paths()))[::7]:
        few = fitting.fitting(path).routes
        assert found(few, "GET", path) == found(router.routes, "GET", path), path


def test_an_address_is_sought_in_the_routers_that_have_it() -> None:
    router = fresh_app().router
    assert isinstance(router.middleware_stack, FittingRoutes)
    assert len(router.routes) > 100
    assert len(FittingRoutes(router).fitting("/api/v1/me").routes) == 1


@pytest.fixture
def small() -> TestClient:
    """Two routers: both know `/both`, one by another method; one has an address with a gap."""
    first, second = APIRouter(), APIRouter()
    first.add_api_route("/both", lambda: "first", methods=["GET"])
    second.add_api_route("/both", lambda: "second", methods=["POST"])
    second.add_api_route("/of/{name}", lambda name: name, methods=["GET"])
    app = FastAPI()
    fitting_routes.install(app.router)
    for each in (first, second):
        app.include_router(each)
    return TestClient(app)


def test_a_method_is_found_in_the_second_router_that_knows_the_path(small: TestClient) -> None:
    assert small.get("/both").json() == "first"
    assert small.post("/both").json() == "second"
    refused = small.delete("/both")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET")


def test_a_slash_too_many_leads_to_the_address_and_an_unknown_one_nowhere(
    small: TestClient,
) -> None:
    led = small.get("/of/it/", follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (307, "http://testserver/of/it")
    assert small.get("/of/it").json() == "it"
    assert small.get("/nowhere").status_code == 404


def test_a_route_that_is_added_later_is_found(small: TestClient) -> None:
    assert small.get("/late").status_code == 404
    assert isinstance(small.app, FastAPI)
    small.app.add_api_route("/late", lambda: "here")
    assert small.get("/late").json() == "here"
