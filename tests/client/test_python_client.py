"""The typed client of docs/examples, against the running app."""

import base64
import threading
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from hotline_client import (
    ApiKey,
    Change,
    ClientCredentials,
    Conflict,
    FileCursor,
    Follower,
    Hotline,
    Invalid,
    Line,
    NotAllowed,
    NotFound,
    NotSignedIn,
    NotTheirs,
    Stale,
    Unavailable,
    digest,
    verify,
)
from PIL import Image
from standardwebhooks import Webhook

from dispatch.handling import orders, reviews
from hotline.core.accounts import Actor, Role
from hotline.core.clock import beijing_day, now
from tests.client.conftest import Served

AGENT = Actor("dawa", Role.AGENT)
REPLY: dict[str, Any] = {"result": "更换灯泡三只", "public_reply": "路灯已经修好，今晚起正常亮灯。"}


@pytest.fixture
def hotline(served: Served) -> Iterator[Hotline]:
    with Hotline(served.url, ApiKey(served.key())) as client:
        yield client


def test_an_order_goes_from_the_inbox_to_its_reply(served: Served, hotline: Hotline) -> None:
    number = served.order()
    (waiting,) = hotline.orders(status="dispatched")
    assert waiting.number == number
    taken = hotline.accept(number, version=waiting.version)
    assert (taken.status, taken.text != "") == ("accepted", True)
    assert hotline.log_contact(number, reached=True, note="约定上门").contacts[0].reached
    assert hotline.ask(number, "哪一盏灯？").questions[0].answer == ""
    assert hotline.extend(number, 2, "等材料").extensions[0].status == "asked"
    replied = hotline.reply(number, contacted_at=now(), **REPLY)
    assert replied.replies[0].public_reply == REPLY["public_reply"]
    back = hotline.withdraw_reply(number, "写错了")
    assert (back.status, back.replies[0].verdict) == ("accepted", "withdrawn")
    again = hotline.give_back(number, reason="unclear_duty", basis="三定方案")
    assert again.status == "returned"


def test_a_client_with_credentials_gets_its_token_and_another_one_when_that_ends(
    served: Served,
) -> None:
    name, secret = served.client()
    number = served.order()
    with Hotline(served.url, ClientCredentials(name, secret, ("orders.read",))) as reader:
        assert reader.order(number).number == number
        served.write(
            lambda session: session.connection().exec_driver_sql("DELETE FROM access_token")
        )
        assert reader.order(number).number == number  # a new token was got at 401
        with pytest.raises(NotAllowed):
            reader.accept(number)
    with (
        Hotline(served.url, ClientCredentials(name, "hs_wrong")) as stranger,
        pytest.raises(NotSignedIn),
    ):
        stranger.order(number)


def test_many_orders_are_paged_and_taken_at_once(served: Served, hotline: Hotline) -> None:
    made = [served.order() for _ in range(5)]
    assert [each.number for each in hotline.orders(page=2)] == made
    taken = hotline.accept_many([*made, "000000000000-1"])
    assert [each.problem is None for each in taken] == [True] * 5 + [False]


def test_every_refusal_is_an_error_of_its_own(served: Served, hotline: Hotline) -> None:
    number = served.order()
    with pytest.raises(Conflict, match="Possible now"):
        hotline.reply(number, **REPLY)
    with pytest.raises(Stale):
        hotline.accept(number, version=99)
    with pytest.raises(NotFound):
        hotline.order("000000000000-1")
    hotline.accept(number, key="once")
    assert hotline.accept(number, key="once").status == "accepted"
    with pytest.raises(Invalid):
        hotline.reply(number, result="", public_reply="")
    with Hotline(served.url, ApiKey("hk_nothing")) as stranger, pytest.raises(NotSignedIn):
        stranger.order(number)


def test_a_follower_goes_on_where_it_was_left(
    served: Served, hotline: Hotline, tmp_path: Path
) -> None:
    number = served.order()
    cursor = FileCursor(tmp_path / "cursor")
    seen = [each.type for each in Follower(hotline, cursor).new()]
    assert seen == ["order.dispatched"]
    hotline.accept(number)
    broken: list[Change] = []

    def handle(change: Change) -> None:
        broken.append(change)
        raise RuntimeError("the database is away")

    with pytest.raises(RuntimeError):
        Follower(hotline, cursor).follow(handle)
    again: list[Change] = []
    done = threading.Event()
    Follower(hotline, FileCursor(tmp_path / "cursor")).follow(
        again.append, every_s=0, stop=done.is_set, sleep=lambda _: done.set()
    )
    assert [each.id for each in again] == [each.id for each in broken]  # nothing was skipped
    assert again[0].type == "order.accepted"
    assert list(Follower(hotline, cursor).new()) == []


def test_both_sides_compute_one_hash(served: Served, hotline: Hotline) -> None:
    for _ in range(3):
        served.order()
    today = beijing_day(now())
    mine = [
        Line(number=each.number, status=each.status, version=each.version)
        for each in hotline.orders()
    ]
    assert hotline.digest(today).hash == digest(mine)
    assert hotline.compare(today, mine).same
    report = hotline.compare(today, mine[1:])
    assert [each.number for each in report.missing_there] == [mine[0].number]
    assert hotline.digest(date(2026, 1, 1)).count == 0


def test_a_lead_asks_for_help_and_sees_the_share(served: Served) -> None:
    number = served.order("540100-urban")
    with Hotline(served.url, ApiKey(served.key("540100-urban"))) as city:
        city.accept(number)
        city.ask_for_help(number, "540102-urban", "请到现场")
        shown = city.co_handling(number)
    assert [each.status for each in shown.asked] == ["granted"]
    assert [each.department.code for each in shown.shares] == ["540102-urban"]


def test_a_reviewed_reply_comes_back_with_its_reason(served: Served, hotline: Hotline) -> None:
    number = served.order()
    hotline.accept(number)
    hotline.reply(number, **REPLY)
    served.write(
        lambda session: reviews.reject(
            session,
            orders.find(session, number, lock=True),
            note="没有时间",
            actor=AGENT,
            now=now(),
        )
    )
    assert hotline.order(number).replies[0].review_note == "没有时间"


def test_a_file_is_attached(served: Served, hotline: Hotline, tmp_path: Path) -> None:
    number = served.order()
    hotline.accept(number)
    file = tmp_path / "lamp.png"
    Image.new("RGB", (8, 8)).save(file)
    assert hotline.attach(number, file)


class Grumpy(BaseHTTPRequestHandler):
    """Answers 503 and 429 first, and keeps which key each try carried."""

    keys: list[str] = []  # noqa: RUF012  # one server, one test
    answers: list[tuple[int, dict[str, str]]] = []  # noqa: RUF012

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        Grumpy.keys.append(self.headers["Idempotency-Key"])
        status, headers = Grumpy.answers.pop(0)
        body = b'{"items": [], "title": "Busy"}'
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # its names there
        """Say nothing."""


@pytest.fixture
def grumpy() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Grumpy)
    Grumpy.keys, Grumpy.answers = [], []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_write_is_tried_again_with_its_key_after_the_time_that_was_said(grumpy: str) -> None:
    waited: list[float] = []
    Grumpy.answers += [(429, {"Retry-After": "7"}), (503, {}), (200, {})]
    with Hotline(grumpy, ApiKey("hk_"), sleep=waited.append) as client:
        assert client.accept_many(["1"]) == []
    assert len(Grumpy.keys) == 3
    assert len(set(Grumpy.keys)) == 1
    assert waited[0] == 7.0
    assert 0 < waited[1] <= 1.0


def test_who_never_answers_is_given_up(grumpy: str) -> None:
    Grumpy.answers += [(503, {})] * 5
    for url in (grumpy, "http://127.0.0.1:9"):
        with (
            Hotline(url, ApiKey("hk_"), sleep=lambda _: None) as client,
            pytest.raises(Unavailable),
        ):
            client.accept_many(["1"])


def test_a_webhook_is_the_hotlines_or_nobodys() -> None:
    secret, body = "whsec_" + base64.b64encode(b"k" * 24).decode(), b'{"type": "order.accepted"}'
    moment = now()
    signature = Webhook(secret).sign("msg_1", moment, body.decode())
    at = str(int(moment.timestamp()))
    headers = {"Webhook-Id": "msg_1", "Webhook-Timestamp": at, "Webhook-Signature": signature}
    assert verify(body, headers, secret) == {"type": "order.accepted"}
    other = "whsec_" + base64.b64encode(b"x" * 24).decode()
    assert verify(body, headers, other, secret)["type"] == "order.accepted"
    refusals: list[Callable[[], object]] = [
        lambda: verify(body + b" ", headers, secret),
        lambda: verify(body, headers, other),
        lambda: verify(body, headers, secret, now=moment.timestamp() + 301),
        lambda: verify(body, {**headers, "Webhook-Signature": ""}, secret),
        lambda: verify(body, {}, secret),
    ]
    for refused in refusals:
        with pytest.raises(NotTheirs):
            refused()
