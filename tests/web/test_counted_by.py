"""By what a request is counted: by what it is judged by, and by where it came from."""

import pytest
from fastapi.testclient import TestClient
from starlette.requests import HTTPConnection

from hotline.web import credentials
from hotline.web.rates import address
from tests.web.asking import Limit, asked


def test_a_cookie_a_token_and_a_password_are_each_counted(client: TestClient, limit: Limit) -> None:
    limit(read=2)
    assert asked(client, 3) == [200, 200, 429]
    del client.headers["Authorization"]  # the cookie holds the same token
    assert asked(client, 1) == [429]
    client.cookies.clear()
    client.auth = ("agent-1", "secret-word")
    assert asked(client, 3) == [200, 200, 429]


@pytest.mark.parametrize(
    "beside",
    [
        {"Authorization": "x {n}"},  # a scheme that nobody believes, and the cookie
        {"Authorization": "x {n}", "Cookie": "a[]=1; hotline_session={token}"},
        {"Cookie": 'a[]=1; "=,; hotline_session={token}; b={n}'},
    ],
)
def test_what_is_not_believed_is_not_counted_by(
    client: TestClient, limit: Limit, beside: dict[str, str]
) -> None:
    limit(read=2)
    token = client.headers.pop("Authorization").partition(" ")[2]
    client.cookies.clear()
    told = []
    for n in range(3):
        given = {"Cookie": "hotline_session={token}", **beside}
        headers = {name: text.format(n=n, token=token) for name, text in given.items()}
        told.append(client.get("/api/v1/tickets", headers=headers).status_code)
    assert told == [200, 200, 429]


def test_one_password_is_one_however_it_is_encoded() -> None:
    def basic(text: str) -> str:
        head = [(b"authorization", f"Basic {text}".encode())]
        return credentials.digest(HTTPConnection({"type": "http", "headers": head}))

    assert basic("YTpi") != basic("YTpj")
    assert basic("YTo=") == basic("YTp=")
    assert basic("not base64") == ""


def test_an_address_is_stopped_whatever_keys_it_makes_up(
    anonymous: TestClient, limit: Limit
) -> None:
    limit(address=6)
    told = [
        anonymous.get("/api/v1/tickets", headers={"X-API-Key": f"hk_{each}"}).status_code
        for each in range(8)
    ]
    assert told == [401] * 6 + [429] * 2


@pytest.mark.parametrize(
    ("client", "where"),
    [
        (("192.0.2.1", 1), "192.0.2.1"),
        (("2001:db8:1:2:3::4", 1), "2001:db8:1:2::/64"),
        (("::ffff:192.0.2.1", 1), "192.0.2.1"),
        (("fe80::1%eth0", 1), "fe80::/64"),
        (None, ""),
    ],
)
def test_an_address_is_a_subscriber(client: tuple[str, int] | None, where: str) -> None:
    assert address({"type": "http", "client": client}) == where
