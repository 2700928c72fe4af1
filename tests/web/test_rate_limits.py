"""Whoever asks too often is told when to ask again, and nobody else notices."""

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from redis import Redis
from sqlmodel import Session
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from hotline.core import errands, queue
from hotline.core.settings import Settings, settings
from hotline.up.embedded import redis_command
from hotline.web import credentials, rate_counts
from hotline.web.rate_counts import Counts
from hotline.web.rates import Kind, address
from tests.api.conftest import another
from tests.factories import create_ticket

Limit = Callable[..., None]


@pytest.fixture
def limit(own: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Limit]:
    """Return what sets limits for the app of this test."""

    def to(**most: int) -> None:
        for name, value in most.items():
            monkeypatch.setenv(f"HOTLINE_RATE_{name.upper()}", str(value))
        settings.cache_clear()

    assert own
    yield to
    settings.cache_clear()


def asked(client: TestClient, times: int, path: str = "/api/v1/tickets") -> list[int]:
    return [client.get(path).status_code for _ in range(times)]


def within_a_minute() -> None:
    """Wait for a minute's beginning when its end is near: a window is a minute by the clock."""
    left = 60 - time.time() % 60
    if left < 8:
        time.sleep(left + 0.1)


def test_one_key_is_stopped_at_its_limit_and_told_when_to_ask_again(
    client: TestClient, limit: Limit
) -> None:
    limit(read=5)
    within_a_minute()
    assert asked(client, 7) == [200] * 5 + [429] * 2
    refused = client.get("/api/v1/tickets")
    assert refused.headers["content-type"] == "application/problem+json"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.json()["title"] == "Asked too often"
    assert refused.headers["X-Content-Type-Options"] == "nosniff"


def test_another_key_goes_on_from_the_same_address(
    client: TestClient, desk: Callable[[str], TestClient], limit: Limit
) -> None:
    limit(read=3)
    within_a_minute()
    assert asked(client, 4)[-1] == 429
    other = desk("540102-urban")
    client.headers["X-API-Key"] = other.headers["X-API-Key"]
    del client.headers["Authorization"]
    assert client.get("/api/v1/work-orders").status_code == 200


def test_a_cookie_a_token_and_a_password_are_each_counted(client: TestClient, limit: Limit) -> None:
    limit(read=2)
    within_a_minute()
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
    within_a_minute()
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
    within_a_minute()
    told = [
        anonymous.get("/api/v1/tickets", headers={"X-API-Key": f"hk_{each}"}).status_code
        for each in range(8)
    ]
    assert told == [401] * 6 + [429] * 2


def test_writing_and_reading_have_limits_of_their_own(client: TestClient, limit: Limit) -> None:
    limit(write=2)
    within_a_minute()
    written = [client.post("/api/v1/tickets", json={}).status_code for _ in range(3)]
    assert written == [422, 422, 429]
    assert asked(client, 2) == [200, 200]


def test_nobody_reads_person_after_person(
    client: TestClient, session: Session, now: datetime, limit: Limit
) -> None:
    limit(reveal=2)
    within_a_minute()
    number = create_ticket(session, now=now).number
    path = f"/api/v1/tickets/{number}/reveal"
    body = {"reason": "to ring back"}
    told = [client.post(path, json=body).status_code for _ in range(3)]
    assert told[:2].count(429) == 0
    assert told[2] == 429


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/people/1/file"),
        ("GET", "/console/tickets/261125000011/recording.wav"),
    ],
)
def test_nobody_takes_file_after_file(
    client: TestClient, limit: Limit, method: str, path: str
) -> None:
    limit(reveal=2)
    within_a_minute()
    told = [client.request(method, path, json={}).status_code for _ in range(3)]
    assert told[:2].count(429) == 0
    assert told[2] == 429
    listed = client.get("/api/v1/tickets/261125000011/attachments")
    assert listed.status_code != 429


@pytest.mark.parametrize("path", ["/t/", "/api/v1/public/tickets"])
def test_callers_ask_only_so_often_from_one_address(
    anonymous: TestClient, limit: Limit, path: str
) -> None:
    limit(door=3)
    within_a_minute()
    assert 429 not in asked(anonymous, 3, path)
    assert asked(anonymous, 1, path) == [429]
    page = anonymous.get(path, headers={"Accept": "text/html"})
    assert page.status_code == 429
    assert "过于频繁" in page.text
    elsewhere = TestClient(at(anonymous.app, "198.51.100.7"))
    assert 429 not in asked(elsewhere, 1, path)


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
def test_health_is_always_told(anonymous: TestClient, limit: Limit, path: str) -> None:
    limit(address=1)
    assert asked(anonymous, 5, path) == [200] * 5


def test_zero_is_no_limit(client: TestClient, limit: Limit) -> None:
    limit(read=0, address=0)
    assert asked(client, 30) == [200] * 30


def wrong(client: TestClient, times: int, **given: str) -> list[int]:
    body = {"username": "agent-1", "password": "wrong", **given}
    return [client.post("/api/v1/sessions", json=body).status_code for _ in range(times)]


def test_a_flood_from_one_address_leaves_the_person_alone(
    client: TestClient, session: Session, limit: Limit, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(sign_in=3)
    monkeypatch.setenv("HOTLINE_LOCK_AFTER_FAILURES", "5")
    within_a_minute()
    assert wrong(client, 20) == [401] * 3 + [429] * 17
    elsewhere = another(session)
    elsewhere.app = at(elsewhere.app, "198.51.100.7")
    right = {"username": "agent-1", "password": "secret-word"}
    assert elsewhere.post("/api/v1/sessions", json=right).status_code == 201
    assert wrong(client, 1, username="somebody") == [401]


def at(app: ASGIApp, host: str) -> ASGIApp:
    """Return the app as somebody at this address meets it."""

    async def moved(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "client": (host, 1)}, receive, send)

    return moved


def test_an_address_tries_only_so_many_names(anonymous: TestClient, limit: Limit) -> None:
    limit(sign_in_address=4)
    within_a_minute()
    told = [wrong(anonymous, 1, username=f"name-{each}")[0] for each in range(6)]
    assert told == [401] * 4 + [429] * 2


def test_the_page_of_signing_in_says_it_in_chinese(anonymous: TestClient, limit: Limit) -> None:
    limit(sign_in=1)
    within_a_minute()
    given = {"username": "nobody", "password": "x"}
    assert anonymous.post("/console/sign-in", data=given).status_code == 401
    page = anonymous.post("/console/sign-in", data=given)
    assert page.status_code == 429
    assert "过于频繁" in page.text
    assert int(page.headers["Retry-After"]) >= 1


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


@pytest.fixture
def redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    """A Redis of this test."""
    own = Settings(data_dir=tmp_path)
    own.run_dir.mkdir(parents=True)
    with subprocess.Popen(redis_command(own)) as process:
        client = Redis.from_url(f"unix://{own.redis_socket}")
        while not own.redis_socket.exists():
            time.sleep(0.01)
        monkeypatch.setattr(queue, "redis", lambda: client)
        yield client
        client.close()
        process.terminate()


AT = datetime(2026, 11, 25, 4, 0, 10, tzinfo=UTC)
NAMES = (Kind.READ.value, "key")


def passed(counts: Counts, times: int, *, most: int, now: datetime = AT) -> int:
    return sum(counts.add(most, NAMES, now=now) == 0 for _ in range(times))


def test_processes_count_together(redis: Redis) -> None:
    one, other = Counts(), Counts()
    assert passed(one, 60, most=100) == 60
    errands.run_now()
    assert redis.dbsize() == 1
    assert passed(other, 5, most=100) == 5  # a twentieth: now it hears of the others
    errands.run_now()
    assert passed(other, 60, most=100) == 35
    assert passed(one, 60, most=100) + 100 <= 140
    assert passed(one, 5, most=100, now=AT + timedelta(minutes=1)) == 5


@pytest.mark.usefixtures("own")
def test_without_redis_each_counts_alone_and_says_so_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[str] = []
    monkeypatch.setattr(rate_counts.log, "warning", lambda event, **_: told.append(event))
    counts = Counts()
    for _ in range(20):
        assert passed(counts, 1, most=20) == 1
        errands.run_now()
    assert passed(counts, 5, most=20) == 0
    assert told == ["rates.alone"]


def test_a_flood_of_made_up_keys_does_not_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rate_counts, "MOST_NAMES", 100)
    counts = Counts()
    for each in range(1000):
        counts.add(1000, (Kind.READ.value, str(each)), now=AT)
    assert len(counts._windows[60].others) <= 101


def test_a_flood_of_made_up_keys_makes_no_failure_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rate_counts, "MOST_NAMES", 100)
    counts = Counts()
    lasting = [(kind, "a") for kind in (Kind.SIGN_IN, Kind.ADDRESS, Kind.REVEAL)]
    for names in lasting:
        assert counts.add(1, names, now=AT) == 0
    for each in range(1000):
        counts.add(1000, (Kind.READ.value, str(each)), now=AT)
    assert all(counts.full(1, names, now=AT) for names in lasting)


def test_failed_sign_ins_are_counted_in_a_quarter_of_an_hour() -> None:
    counts, names = Counts(), (Kind.SIGN_IN, "name", "address")
    assert counts.add(1, names, now=AT) == 0
    assert counts.full(1, names, now=AT + timedelta(minutes=14)) == 50
    assert counts.full(1, names, now=AT + timedelta(minutes=15)) == 0


def test_counting_takes_no_time_that_anybody_notices() -> None:
    counts, threads = Counts(), threading.active_count()
    began = time.perf_counter()
    assert passed(counts, 10_000, most=1_000_000) == 10_000
    assert time.perf_counter() - began < 1
    assert threading.active_count() <= threads + 1
