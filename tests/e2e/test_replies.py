"""Replies over real connections: five at once, and one that comes for an order given back."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from tests.e2e.conftest import Hotline
from tests.e2e.desks import ASSISTING, LEAD, Desk, database_of, desk, dispatched, reply

pytestmark = pytest.mark.e2e

AT_ONCE = 5
RETURN = {
    "reason": "wrong_district",
    "basis": "权责清单：该路段由市城管局管养",
    "suggested_department": ASSISTING,
}
SAME, OTHER = ["更换灯泡三只"] * AT_ONCE, [f"第{place}次答复" for place in range(AT_ONCE)]
ONE_KEY = ["reply-1"] * AT_ONCE
FIVE_KEYS = [f"reply-{place}" for place in range(AT_ONCE)]
OK, CONFLICT, INVALID = 200, 409, 422
# The same words are one reply however they are sent; other words come too late, and a key that
# was used for other words says so.
CASES = {
    "one-key": (ONE_KEY, SAME, [OK] * 5),
    "five-keys": (FIVE_KEYS, SAME, [OK] * 5),
    "five-keys-and-texts": (FIVE_KEYS, OTHER, [OK, *[CONFLICT] * 4]),
    "one-key-five-texts": (ONE_KEY, OTHER, [OK, *[INVALID] * 4]),
}


@pytest.fixture
def engine(hotline: Hotline) -> Iterator[Engine]:
    with database_of(hotline.data_dir) as opened:
        yield opened


@pytest.fixture
def urban(hotline: Hotline) -> Iterator[Desk]:
    with desk(hotline, LEAD) as lead:
        yield lead


@pytest.fixture
def ticket(hotline: Hotline, urban: Desk) -> str:
    """A ticket whose only order its department has accepted."""
    number = dispatched(hotline, LEAD)
    urban.does(f"{number}-1", "accept")
    return number


def at_once(desk: Desk, path: str, requests: list[tuple[dict[str, str], Any]]) -> list[Any]:
    """Send each request on a connection of its own, all in the same moment."""
    start = threading.Barrier(len(requests))

    def send(request: tuple[dict[str, str], Any]) -> httpx.Response:
        headers, body = request
        with httpx.Client(
            base_url=desk.client.base_url, headers=desk.client.headers, timeout=60
        ) as own:
            own.get("/healthz")  # the connection stands before the start
            start.wait(60)
            return own.post(f"/api/v1/work-orders/{path}", json=body, headers=headers)

    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(send, requests))


def rows(engine: Engine, order: str) -> tuple[int, int]:
    """Return how many replies, and how many events of a reply, the order has."""
    replies = (
        "SELECT count(*) FROM reply r JOIN work_order o ON o.id = r.order_id WHERE o.number = :n"
    )
    told = "SELECT count(*) FROM event WHERE type = 'order.replied' AND refs->>'order' = :n"
    with engine.connect() as connection:
        kept, events = (connection.scalar(text(query), {"n": order}) for query in (replies, told))
    return int(kept or 0), int(events or 0)


@pytest.mark.parametrize("case", CASES)
def test_five_replies_at_once_are_one(engine: Engine, urban: Desk, ticket: str, case: str) -> None:
    keys, results, expected = CASES[case]
    at = reply()["contacted_at"]
    bodies = [{**reply(result), "contacted_at": at} for result in results]
    order, (_, since) = f"{ticket}-1", urban.feed()
    headers = [{"Idempotency-Key": f"{order}-{key}"} for key in keys]
    answers = at_once(urban, f"{order}/reply", list(zip(headers, bodies, strict=True)))
    assert sorted(answer.status_code for answer in answers) == expected
    taken = [answer for answer in answers if answer.status_code == OK]
    assert len({(answer.headers["ETag"], answer.text) for answer in taken}) == 1
    for answer in answers:
        if answer.status_code != OK:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["detail"]
            assert answer.json()["remedy"]

    assert rows(engine, order) == (1, 1)
    now_is = urban.get(f"/{order}")
    assert (now_is.headers["ETag"], now_is.json()["status"]) == ('"3"', "replied")
    (kept,) = now_is.json()["replies"]
    assert kept["result"] == bodies[answers.index(taken[0])]["result"]
    running = {clock["kind"] for clock in now_is.json()["clocks"] if not clock["stopped_at"]}
    assert not running & {"accept_by", "contact_by", "reply_by"}
    told = [item["type"] for item in urban.feed(since)[0] if item["refs"].get("order") == order]
    assert told == ["order.replied"]


def test_a_reply_and_a_return_at_once_are_one_of_the_two(
    hotline: Hotline, engine: Engine, urban: Desk, ticket: str
) -> None:
    start = threading.Barrier(2)

    def send(act: tuple[str, Any]) -> int:
        start.wait(60)
        return urban.post(f"{ticket}-1", *act).status_code

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(send, [("reply", reply()), ("return", RETURN)]))
    assert sorted(answers) == [OK, CONFLICT]
    replied = answers[0] == OK
    order = urban.get(f"/{ticket}-1").json()
    assert order["status"] == ("replied" if replied else "returned")
    assert (len(order["replies"]), order["returned"] is None) == (int(replied), replied)
    assert rows(engine, f"{ticket}-1") == (int(replied), int(replied))
    whole = hotline.get(f"/tickets/{ticket}")
    assert whole["status"] == ("dispatched" if replied else "registered")


def test_a_reply_to_a_returned_order_is_refused_and_the_order_is_the_agents(
    hotline: Hotline, engine: Engine, urban: Desk, ticket: str
) -> None:
    order = f"{ticket}-1"
    urban.does(order, "return", RETURN)
    before = hotline.get(f"/tickets/{ticket}")
    for headers in ({}, {"Idempotency-Key": f"late-{order}"}):
        refused = urban.post(order, "reply", reply(), headers)
        assert refused.status_code == CONFLICT
        assert refused.headers["content-type"] == "application/problem+json"
        problem = refused.json()
        assert problem["detail"] == "A work order that is returned can't reply."
        assert problem["remedy"] == "It is final."
    assert rows(engine, order) == (0, 0)
    assert hotline.get(f"/tickets/{ticket}") == before

    assert before["status"] == "registered"
    waiting = hotline.get("/tickets?status=registered&limit=100")["items"]
    assert ticket in [item["number"] for item in waiting]
    running = {clock["kind"] for clock in before["clocks"] if not clock["stopped_at"]}
    assert running <= {"dispatch_by", "reply_by"}  # the matter's own; of a sign-in none is owed
    assert "dispatch_by" in running
    types = [event["type"] for event in before["history"]]
    assert types.count("order.returned") == types.count("ticket.returned") == 1
    (share,) = before["orders"]
    assert share["returned"]["suggested_department"] == ASSISTING

    path = f"/api/v1/tickets/{ticket}/dispatch"
    anew = hotline.client.post(path, json={"departments": [ASSISTING]})
    assert anew.status_code == OK, anew.text
    assert [share["status"] for share in anew.json()["orders"]] == ["returned", "dispatched"]
    assert urban.post(order, "reply", reply()).status_code == CONFLICT
