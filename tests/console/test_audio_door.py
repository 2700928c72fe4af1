"""How a page finds the audio door and gets in: its address, its token, the page's policy."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from hotline.core import seat_tokens
from hotline.core.errors import CannotStart, NotAllowed
from hotline.core.keyring import Keyring, keyring
from hotline.core.settings import Settings, read_settings
from hotline.core.settings import settings as present
from hotline.web import audio_door
from hotline.web.headers import STRICT

TOKEN = "/api/v1/seats/me/audio-token"  # noqa: S105  # a path
RING = Keyring((bytes(32), bytes([1]) * 32))


@pytest.fixture
def noted(own: Settings) -> Iterator[Settings]:
    """A site whose audio door has said where it listens."""
    assert own.data_dir == present().data_dir
    own.run_dir.mkdir(parents=True, exist_ok=True)
    own.seats_note.write_text(json.dumps({"port": 8021}))
    yield own
    own.seats_note.unlink()


def test_an_agent_gets_a_token_for_their_own_seat_and_page(
    agent: TestClient, noted: Settings, now: datetime
) -> None:
    assert noted.seats_note.exists()
    page = {"Origin": str(agent.base_url)}
    answer = agent.post(TOKEN, headers=page)
    assert answer.status_code == 200, answer.text
    given = answer.json()
    assert given["url"] == "ws://testserver:8021/"
    found = seat_tokens.check(keyring(), given["token"], now=datetime.now(now.tzinfo))
    assert found.origin == page["Origin"]
    assert found.seat > 0
    assert found.expires == int(datetime.fromisoformat(given["expires"]).timestamp())


def test_a_door_that_has_said_nothing_is_not_named(agent: TestClient) -> None:
    answer = agent.post(TOKEN)
    assert answer.status_code == 409
    assert "Try again" in answer.json()["remedy"]
    assert agent.get("/console/").headers["Content-Security-Policy"] == STRICT


def test_only_the_consoles_pages_may_speak_to_the_door(agent: TestClient, noted: Settings) -> None:
    assert noted.seats_note.exists()
    policy = agent.get("/console/").headers["Content-Security-Policy"]
    assert policy == STRICT.replace("connect-src 'self'", "connect-src 'self' ws://testserver:8021")
    for path in ("/api/v1/tickets", "/static/none.js"):
        assert agent.get(path).headers["Content-Security-Policy"] == STRICT
    for host in ("evil;script-src *", "a b", "x'", ""):
        answer = agent.get("/console/", headers={"Host": host})
        assert answer.headers["Content-Security-Policy"] == STRICT


@pytest.mark.parametrize(
    ("scheme", "host", "more", "address"),
    [
        ("http", "127.0.0.1:8000", {}, "ws://127.0.0.1:8021/"),
        ("https", "hotline.cn:8000", {"tls": True}, "wss://hotline.cn:8021/"),
        ("https", "[::1]:8000", {"tls": True}, "wss://[::1]:8021/"),
        ("https", "hotline.cn", {}, "wss://hotline.cn/seat-audio"),  # through a proxy
        ("http", "hotline.cn", {"public_url": "https://hotline.cn"}, "wss://hotline.cn/seat-audio"),
        ("https", "hotline.cn", {"seats_url": "wss://a.cn/b"}, "wss://a.cn/b"),
        ("https", "no host", {"tls": True}, ""),
    ],
)
def test_the_address_follows_the_way_the_page_came(
    noted: Settings, scheme: str, host: str, more: dict[str, object], address: str
) -> None:
    tls = {"tls_cert": noted.data_dir} if more.get("tls") else {}
    site = noted.model_copy(update={**more, **tls})
    assert audio_door.address(site, scheme, host) == address
    source = audio_door.source(site, scheme, host)
    assert source == "/".join(address.split("/")[:3])


def test_an_address_that_is_no_websockets_is_refused() -> None:
    with pytest.raises(CannotStart, match="SEATS_URL"):
        read_settings({"seats_url": "https://a.cn"})


@given(st.integers(1, 10**9), st.text(max_size=60), st.floats(-29, 3600))
def test_a_token_says_what_it_was_given_for_until_it_runs_out(
    seat: int, origin: str, later: float
) -> None:
    moment = datetime.fromisoformat("2026-11-25T12:00:00+08:00")
    token, until = seat_tokens.issue(RING, seat, origin, now=moment)
    assert until - moment == seat_tokens.HOLDS
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
    then = moment + timedelta(seconds=later)
    if then > until:
        with pytest.raises(NotAllowed, match="run out"):
            seat_tokens.check(RING, token, now=then)
        return
    found = seat_tokens.check(RING, token, now=then)
    assert (found.seat, found.origin) == (seat, origin)


def test_a_token_of_the_key_that_is_being_replaced_still_holds(now: datetime) -> None:
    token, _ = seat_tokens.issue(Keyring((RING.keys[1],)), 5, "", now=now)
    assert seat_tokens.check(RING, token, now=now).seat == 5
    with pytest.raises(NotAllowed, match="not signed here"):
        seat_tokens.check(Keyring((RING.keys[0],)), token, now=now)


@given(st.text(max_size=80), st.integers(0, 400), st.sampled_from(["A", ".", "", "é"]))
def test_no_other_token_holds(nonsense: str, at: int, other: str) -> None:
    moment = datetime.fromisoformat("2026-11-25T12:00:00+08:00")
    token, _ = seat_tokens.issue(RING, 5, "https://a.cn", now=moment)
    changed = token[: at % len(token)] + other + token[at % len(token) + 1 :]
    for each in {nonsense, changed} - {token}:
        with pytest.raises(NotAllowed):
            seat_tokens.check(RING, each, now=moment)
