"""统一身份认证: what may give somebody a role is asked over https, or on this machine, only."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hotline.core.errors import Unavailable
from hotline.core.people import oidc_flow
from hotline.core.people.oidc import Client, Provider

CLIENT = Client("hotline", "secret", "https://hotline.example/back")


@contextmanager
def describing(**more: str) -> Iterator[str]:
    """The issuer of a provider on this machine that says `more` of itself."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told = {"issuer": issuer, **dict.fromkeys(NEEDED, f"{issuer}/x"), **more}
            sent = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        issuer = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        yield issuer
        server.shutdown()


NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@pytest.mark.parametrize("name", [*NEEDED, "userinfo_endpoint"])
def test_an_endpoint_that_anybody_could_answer_for_is_not_used(name: str) -> None:
    unsafe = describing(**{name: "http://sso.example/x"})
    with unsafe as issuer, pytest.raises(Unavailable, match="not https"):
        Provider(issuer).authorization_url(CLIENT, oidc_flow.begin("/"))


def test_endpoints_over_https_are_used() -> None:
    with describing(userinfo_endpoint="https://sso.example/x") as issuer:
        assert Provider(issuer).authorization_url(CLIENT, oidc_flow.begin("/"))


@pytest.mark.parametrize(
    "end",
    [
        "http://sso.example/end",
        "javascript://localhost/%0aalert(1)",
        "ftp://127.0.0.1/end",
        "//sso.example/end",
        "https:///end",
    ],
)
def test_nobody_is_led_out_to_where_anybody_could_answer(end: str) -> None:
    with describing(end_session_endpoint=end) as issuer:
        provider = Provider(issuer)
        with pytest.raises(Unavailable, match="not https"):
            provider.sign_out_url(CLIENT, "https://hotline.example/console/sign-in")
        assert provider.authorization_url(CLIENT, oidc_flow.begin("/"))  # signing in goes on


def test_one_is_led_out_over_https_with_what_the_address_asks_already() -> None:
    with describing(end_session_endpoint="https://sso.example/end?realm=city") as issuer:
        url = Provider(issuer).sign_out_url(CLIENT, "https://hotline.example/")
    assert url is not None
    assert url.startswith("https://sso.example/end?realm=city&client_id=hotline&post_logout")


def test_a_provider_without_such_a_place_leads_nobody_out() -> None:
    with describing() as issuer:
        assert Provider(issuer).sign_out_url(CLIENT, "https://hotline.example/") is None
