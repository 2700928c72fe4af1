"""对账 over HTTP: equal hashes for equal lists, and what differs for others."""

import hashlib
from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.clock import beijing_day, now
from tests.api.dispatched_scene import dispatched

DIGEST = "/api/v1/work-orders/digest"


def test_a_foreign_system_computes_the_same_hash_from_its_own_list(
    session: Session, desk: Callable[[str], TestClient]
) -> None:
    for _ in range(3):
        dispatched(session)
    dispatched(session, "540100-urban")
    urban, day = desk("540102-urban"), beijing_day(now()).isoformat()
    listed = urban.get("/api/v1/work-orders").json()["items"]
    urban.post(f"/api/v1/work-orders/{listed[1]['number']}/accept")
    listed = urban.get("/api/v1/work-orders").json()["items"]
    text = "".join(
        f"{each['number']},{each['status']},{each['version']}\n"
        for each in sorted(listed, key=lambda each: str(each["number"]))
    )
    digest = urban.get(DIGEST, params={"day": day}).json()
    assert (digest["day"], digest["count"]) == (day, 3)
    assert digest["hash"] == hashlib.sha256(text.encode()).hexdigest()
    report = urban.post(DIGEST, json={"day": day, "orders": _sent(listed)}).json()
    assert report["same"]
    assert report["hash"] == report["given_hash"] == digest["hash"]
    plain = [{"number": each["number"], "status": each["status"]} for each in listed]
    report = urban.post(DIGEST, json={"day": day, "orders": plain}).json()
    assert report["same"]
    assert report["given_hash"] == digest["status_hash"]


def test_the_report_names_every_order_that_differs(
    session: Session, desk: Callable[[str], TestClient]
) -> None:
    numbers = sorted(f"{dispatched(session).number}-1" for _ in range(4))
    urban, day = desk("540102-urban"), beijing_day(now()).isoformat()
    sent = [
        {"number": numbers[0], "status": "dispatched", "version": 1},
        {"number": numbers[1], "status": "accepted", "version": 2},
        {"number": numbers[2], "status": "dispatched", "version": 9},
        {"number": "000000000000-1", "status": "dispatched"},
    ]
    report = urban.post(DIGEST, json={"day": day, "orders": sent}).json()
    assert not report["same"]
    assert [each["number"] for each in report["missing_there"]] == [numbers[3]]
    assert [each["number"] for each in report["missing_here"]] == ["000000000000-1"]
    (status,) = report["other_status"]
    assert (status["number"], status["status_here"]) == (numbers[1], "dispatched")
    (version,) = report["other_version"]
    assert (version["version_here"], version["version_there"]) == (1, 9)
    yesterday = urban.post(DIGEST, json={"day": "2026-01-01", "orders": sent[:1]}).json()
    assert yesterday["of_another_day"] == [{"number": numbers[0], "day": day}]
    twice = urban.post(DIGEST, json={"day": day, "orders": [sent[0], sent[0]]})
    assert twice.status_code == 422


def test_another_departments_order_is_not_there_in_the_report(
    session: Session, desk: Callable[[str], TestClient], client: TestClient
) -> None:
    number = f"{dispatched(session).number}-1"
    day = beijing_day(now()).isoformat()
    sent = {"day": day, "orders": [{"number": number, "status": "dispatched"}]}
    stranger = desk("540100-urban")
    report = stranger.post(DIGEST, json=sent, params={"department": "540102-urban"}).json()
    assert [each["number"] for each in report["missing_here"]] == [number]
    assert report["count"] == 0
    inside = client.get(DIGEST, params={"day": day, "department": "540102-urban"}).json()
    assert inside["count"] == 1
    assert client.get(DIGEST, params={"day": day}).json()["count"] == 1
    assert client.get(DIGEST, params={"day": "0001-01-01"}).status_code == 422


def _sent(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: each[key] for key in ("number", "status", "version")} for each in listed]
