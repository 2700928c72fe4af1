"""批量签收: every order has a result of its own."""

from collections.abc import Callable

from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.handling import orders
from tests.api.dispatched_scene import dispatched

ACCEPT = "/api/v1/work-orders/accept"


def test_one_bad_order_does_not_stop_the_others(
    session: Session, desk: Callable[[str], TestClient]
) -> None:
    mine = [f"{dispatched(session).number}-1" for _ in range(3)]
    others = f"{dispatched(session, '540100-urban').number}-1"
    urban = desk("540102-urban")
    urban.post(f"/api/v1/work-orders/{mine[1]}/accept")
    named = [mine[2], others, "nonsense", mine[0], mine[1], mine[0]]
    answer = urban.post(ACCEPT, json={"numbers": named})
    assert answer.status_code == 200
    body = answer.json()
    assert [each["number"] for each in body["items"]] == named[:-1]
    statuses = [each["problem"] and each["problem"]["status"] for each in body["items"]]
    assert statuses == [None, 404, 404, None, 409]
    assert (body["accepted"], body["refused"]) == (2, 3)
    assert body["items"][4]["problem"]["remedy"]
    taken = [each["order"]["status"] for each in body["items"] if each["order"]]
    assert taken == ["accepted", "accepted"]
    assert orders.find(session, others).status == "dispatched"


def test_sent_again_with_its_key_it_is_the_same_answer(
    session: Session, desk: Callable[[str], TestClient]
) -> None:
    number = f"{dispatched(session).number}-1"
    urban, key = desk("540102-urban"), {"Idempotency-Key": "many-1"}
    first = urban.post(ACCEPT, json={"numbers": [number]}, headers=key).json()
    assert urban.post(ACCEPT, json={"numbers": [number]}, headers=key).json() == first
    other = urban.post(ACCEPT, json={"numbers": ["other"]}, headers=key)
    assert other.status_code == 422
    assert urban.post(ACCEPT, json={"numbers": [number]}).json()["refused"] == 1


def test_no_more_than_two_hundred_at_once_and_at_least_one(
    desk: Callable[[str], TestClient],
) -> None:
    urban = desk("540102-urban")
    for numbers in ([], [str(each) for each in range(201)]):
        assert urban.post(ACCEPT, json={"numbers": numbers}).status_code == 422
