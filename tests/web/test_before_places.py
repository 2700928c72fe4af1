"""What may take long comes before a request takes its place at the database."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from anyio import from_thread
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient

from hotline.api import oauth
from hotline.console.drafting import calls
from hotline.console.portal import writes
from hotline.web import places
from hotline.web.places import Place, stepped_aside, take_place
from hotline.web.turns import wait_if_unknown
from tests.apps import fresh_app

# They wait for the body; where a route has fields of its own, FastAPI has read it before.
READERS = (oauth._sent, calls.given, writes.typed_in)
DOORS = ("/api/", "/console/", "/portal/", "/wallboard/")
BY_LINK = "/api/v1/public/"  # a requester's own key opens it: no password is looked at


def routes() -> list[APIRoute]:
    found = [each.original_route for each in iter_route_contexts(fresh_app().routes)]
    return [route for route in found if isinstance(route, APIRoute)]


def order(dependant: Dependant) -> Iterator[Callable[..., Any] | None]:
    """Yield what is called for a request, in its order."""
    for each in dependant.dependencies:
        yield from order(each)
        yield each.call


def test_a_body_that_trickles_in_keeps_no_place() -> None:
    seen = set()
    for route in routes():
        called = list(order(route.dependant))
        for reader in READERS:
            if reader in called and route.body_field is None and take_place in called:
                seen.add(reader)
                assert called.index(reader) < called.index(take_place), route.path
    assert seen >= {oauth._sent, calls.given}


def test_who_does_something_long_without_a_connection_leaves_the_place_to_others() -> None:
    app, held = FastAPI(), []

    def look() -> None:
        held.append(from_thread.run_sync(lambda: places._places().borrowed_tokens))

    @app.get("/")
    def route(_place: Place) -> None:
        look()
        with suppress(LookupError), stepped_aside():
            look()
            raise LookupError
        look()

    @app.get("/after")
    def after() -> None:
        with stepped_aside():  # nobody was counted in
            look()

    with TestClient(app) as client:
        for path in ("/", "/after"):
            assert client.get(path).status_code == 200
    assert held == [1, 0, 1, 0]


def test_a_password_is_checked_in_its_turn_before_a_place_is_taken() -> None:
    checked = 0
    for route in routes():
        called = list(order(route.dependant))
        asks = any(hasattr(each, "permission") for each in called)
        if not route.path.startswith(DOORS) or route.path.startswith(BY_LINK):
            continue
        if asks and take_place in called:
            checked += 1
            assert wait_if_unknown in called, f"{route.path}: as many at once as there are places"
            assert called.index(wait_if_unknown) < called.index(take_place), route.path
    assert checked > 100
