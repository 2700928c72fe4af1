"""A page of another site can't act in anybody's name: on no route, by no way of sending."""

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient
from starlette.datastructures import Headers

from hotline.web.origin import SAFE, is_ours
from hotline.web.rate_limits import COOKIE
from tests.apps import fresh_app

FOREIGN = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://other.testserver"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "http://testserver.elsewhere.example"},
    {"Origin": "http://testserver:8000"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "file://"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
]
OURS = [
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://testserver"},
    {},  # a program: no browser leaves both away when it sends a cookie of ours
]


def writes() -> Iterator[tuple[str, str]]:
    for context in iter_route_contexts(fresh_app().routes):
        route = context.original_route
        if isinstance(route, APIRoute):
            path = re.sub(r"{[^}]*}", "1", route.path)
            yield from ((method, path) for method in sorted((route.methods or set()) - SAFE))


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(fresh_app(), cookies={COOKIE: "x"}, raise_server_exceptions=False)


def test_no_write_passes_from_another_site(client: TestClient) -> None:
    every = list(writes())
    assert len(every) > 60
    for method, path in every:
        answer = client.request(method, path, headers=FOREIGN[0])
        assert answer.status_code == 403, (method, path)
        assert answer.json()["title"] == "Sent by another site", (method, path)


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", ["/api/v1/sessions", "/console/sign-in", "/console/sign-out"])
def test_no_way_of_sending_is_taken_for_ours(
    client: TestClient, headers: dict[str, str], path: str
) -> None:
    answer = client.post(path, headers=headers)
    assert answer.json()["title"] == "Sent by another site"


@pytest.mark.parametrize("headers", OURS)
def test_our_own_pages_and_programs_pass(anonymous: TestClient, headers: dict[str, str]) -> None:
    assert anonymous.post("/api/v1/sessions", headers=headers).status_code == 422


@pytest.mark.parametrize(
    ("given", "passes"),
    [
        ({"Authorization": "Bearer x"}, True),
        ({"X-API-Key": "hk_x"}, True),
        ({"Authorization": "Basic eDp5"}, False),  # a browser sends that one by itself
        ({"Authorization": "Negotiate x"}, False),
    ],
)
def test_only_what_a_script_of_ours_adds_makes_it_ours(
    client: TestClient, given: dict[str, str], passes: bool
) -> None:
    answer = client.post("/api/v1/sessions", headers={**FOREIGN[0], **given})
    assert (answer.status_code != 403) is passes


def test_over_https_a_page_in_the_clear_is_a_stranger() -> None:
    clear = Headers({"origin": "http://hotline.example", "host": "hotline.example"})
    assert not is_ours(clear, "https")
    assert is_ours(clear, "http")


def test_no_reading_route_takes_a_form_or_body() -> None:
    """What only reads is let through from everywhere: so it must not be able to write."""
    for context in iter_route_contexts(fresh_app().routes):
        route = context.original_route
        if isinstance(route, APIRoute) and (route.methods or set()) & SAFE:
            assert route.body_field is None, route.path
