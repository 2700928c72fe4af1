"""并单 and 拆单 over HTTP."""

from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.clustering.cluster_record import SHOWN
from dispatch.handling import dispatching, orders
from dispatch.handling.orders import Assignment
from hotline.core.accounts import MACHINE, Role
from hotline.core.clock import now
from tests.api.conftest import another, sign_in
from tests.factories import create_ticket

SPAN = {"since": "2026-01-01T00:00:00Z", "until": "2098-01-01T00:00:00Z"}


def three(session: Session) -> list[str]:
    return [create_ticket(session, now=now()).number for _ in range(3)]


def merged(client: TestClient, main: str, *members: str) -> dict[str, Any]:
    body = {"main": main, "members": list(members), "reason": "同一路段的路灯"}
    answer = client.post("/api/v1/clusters", json=body)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_an_agent_merges_reads_and_unmerges(client: TestClient, session: Session) -> None:
    main, second, third = three(session)
    made = merged(client, main, second)
    path = f"/api/v1/clusters/{made['id']}"
    added = client.post(f"{path}/members", json={"members": [third]})
    assert (added.json()["main"], added.json()["requests"]) == (main, 3)
    left = client.post(f"{path}/members/{second}/unmerge", json={"why": "不是同一处"})
    assert left.json()["requests"] == 2
    read = client.get(path)
    assert read.json() == left.json()
    assert read.headers["ETag"] == f'"{left.json()["version"]}"'
    by_number = {each["number"]: each for each in read.json()["members"]}
    assert (by_number[second]["left_by"], by_number[second]["why"]) == ("agent-1", "不是同一处")
    assert by_number[third]["left_at"] is None
    again = client.post(f"{path}/members/{second}/unmerge", json={"why": "不是同一处"})
    assert again.status_code == 404


def test_acting_on_a_member_names_its_main(client: TestClient, session: Session) -> None:
    main, second, _ = three(session)
    cluster = merged(client, main, second)
    to = {"departments": ["540102-urban"]}
    refused = client.post(f"/api/v1/tickets/{second}/dispatch", json=to)
    assert refused.status_code == 409
    assert main in refused.json()["remedy"]
    chosen = client.post(f"/api/v1/clusters/{cluster['id']}/main", json={"main": second})
    assert chosen.json()["main"] == second
    assert client.post(f"/api/v1/tickets/{second}/dispatch", json=to).status_code == 200
    assert client.get(f"/api/v1/tickets/{main}").json()["status"] == "dispatched"


def test_who_decides_on_an_old_version_is_told(client: TestClient, session: Session) -> None:
    main, second, third = three(session)
    made = merged(client, main, second)
    stale = {"If-Match": f'"{made["version"] - 1}"'}
    path = f"/api/v1/clusters/{made['id']}"
    body = {"members": [third]}
    assert client.post(f"{path}/members", json=body, headers=stale).status_code == 412
    assert client.get(f"/api/v1/tickets/{third}").json()["history"][-1]["type"] != "ticket.merged"


def test_who_merges_into_a_main_that_changed_is_told(client: TestClient, session: Session) -> None:
    main, second, _ = three(session)
    seen = client.get(f"/api/v1/tickets/{main}").headers["ETag"]
    body = {"main": main, "members": [second], "reason": "同一路段"}
    reminded = client.post(f"/api/v1/tickets/{main}/remind", json={"text": "还没有修"})
    stale = client.post("/api/v1/clusters", json=body, headers={"If-Match": seen})
    assert stale.status_code == 412
    fresh = {"If-Match": reminded.headers["ETag"]}
    assert client.post("/api/v1/clusters", json=body, headers=fresh).status_code == 200


def test_members_are_read_page_by_page(
    client: TestClient, session: Session, desk: Callable[[str], TestClient]
) -> None:
    ticket = create_ticket(session, now=now())
    others = [create_ticket(session, now=now()).number for _ in range(SHOWN + 1)]
    made = merged(client, ticket.number, *others)
    assert (made["requests"], len(made["members"])) == (SHOWN + 2, SHOWN)
    path = f"/api/v1/clusters/{made['id']}/members"
    rest = client.get(path, params={"cursor": made["next"]}).json()
    assert [each["number"] for each in rest["items"]] == others[-2:]
    assert rest["next"] is None
    page = client.get(path, params={"limit": 2})
    assert page.links["next"]
    to = [Assignment("540102-urban")]
    dispatching.dispatch(session, ticket, to, actor=MACHINE, now=now())
    (order,) = orders.of_ticket(session, ticket)
    department = desk("540102-urban")
    path = f"/api/v1/work-orders/{order.number}"
    read = department.get(path).json()
    assert (read["joined_total"], len(read["joined"])) == (SHOWN + 1, SHOWN)
    answer = department.get(f"{path}/joined", params={"limit": SHOWN})
    last = department.get(answer.links["next"]["url"]).json()
    assert [each["number"] for each in last["items"]] == others[-1:]
    assert desk("540100-urban").get(f"{path}/joined").status_code == 404


def test_the_same_request_merges_once(client: TestClient, session: Session) -> None:
    main, second, _ = three(session)
    body = {"main": main, "members": [second], "reason": "同一路段"}
    key = {"Idempotency-Key": "merge-1"}
    first, repeated = (client.post("/api/v1/clusters", json=body, headers=key) for _ in range(2))
    assert first.status_code == repeated.status_code == 200
    assert first.json() == repeated.json()


def test_only_who_may_merge_does(session: Session, desk: Callable[[str], TestClient]) -> None:
    main, second, _ = three(session)
    auditor = sign_in(another(session), session, Role.AUDITOR, now())
    body = {"main": main, "members": [second], "reason": "同一路段"}
    for client in (auditor, desk("540102-urban")):
        assert client.post("/api/v1/clusters", json=body).status_code == 403
        split = client.post(f"/api/v1/tickets/{main}/split", json={"parts": [{"text": "路灯坏了"}]})
        assert split.status_code == 403


def test_a_ticket_is_split_and_the_parts_are_named(client: TestClient, session: Session) -> None:
    number = create_ticket(session, now=now()).number
    parts = [
        {"text": "小区门口的路灯不亮。"},
        {"text": "楼上施工太吵。", "request_type": "complaint"},
    ]
    answer = client.post(f"/api/v1/tickets/{number}/split", json={"parts": parts})
    assert answer.status_code == 200
    made = answer.json()["history"][-1]["refs"]["parts"]
    kinds = [client.get(f"/api/v1/tickets/{each}").json()["request_type"] for each in made]
    assert len(kinds) == 2
    assert kinds[1] == "complaint"
    empty = client.post(f"/api/v1/tickets/{number}/split", json={"parts": []})
    assert empty.status_code == 422


def test_figures_are_told_apart_and_lead_to_their_tickets(
    client: TestClient, session: Session
) -> None:
    main, second, third = three(session)
    merged(client, main, second)
    told = client.get("/api/v1/counts", params={**SPAN, "district": "540100"}).json()
    assert told["total"] == {"matters": 2, "requests": 3, "reminders": 0}
    assert told["items"] == [{"key": "540102", **told["total"]}]
    page = client.get("/api/v1/counts/matters", params={**SPAN, "limit": 1}).json()
    rest = client.get("/api/v1/counts/matters", params={**SPAN, "after": page["next"]}).json()
    assert page["numbers"] + rest["numbers"] == [main, third]
    alike = client.get(f"/api/v1/tickets/{third}/similar").json()["items"]
    assert {each["number"] for each in alike} == {main, second}


def test_dispatching_the_main_moves_all(client: TestClient, session: Session) -> None:
    ticket = create_ticket(session, now=now())
    others = [create_ticket(session, now=now()).number for _ in range(2)]
    to = [Assignment("540102-urban")]
    dispatching.dispatch(session, ticket, to, actor=MACHINE, now=now())
    made = merged(client, ticket.number, *others)
    assert {each["status"] for each in made["members"]} == {"dispatched"}
