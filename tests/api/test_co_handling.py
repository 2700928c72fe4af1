"""协办 over HTTP: asked for by the lead, granted by the hotline, its share seen by the lead."""

from collections.abc import Callable

from fastapi.testclient import TestClient
from sqlmodel import Session

from tests.api.dispatched_scene import dispatched

ORDERS = "/api/v1/work-orders"
REPLY = {"result": "换电缆", "is_true": True, "is_solved": True, "public_reply": "电缆已经换好。"}


def test_a_lead_gets_help_and_sees_what_came_of_it(
    session: Session, client: TestClient, desk: Callable[[str], TestClient]
) -> None:
    number = dispatched(session).number
    urban, city = desk("540102-urban"), desk("540100-urban")
    lead = f"{ORDERS}/{number}-1"
    urban.post(f"{lead}/accept")
    body = {"department": "540100-urban", "reason": "请协助抢修电缆"}
    asked = urban.post(f"{lead}/co-handling", json=body)
    assert asked.status_code == 200, asked.text
    assert city.get(f"{lead}/co-handling").status_code == 404
    (waiting,) = client.get(f"{ORDERS}/co-handling").json()["items"]
    assert (waiting["order"], waiting["department"], waiting["count"]) == (
        f"{number}-1",
        "540100-urban",
        1,
    )
    assert urban.post(f"{lead}/co-handling/1/decide", json={"granted": True}).status_code == 403
    assert client.post(f"{lead}/co-handling/1/decide", json={"granted": True}).status_code == 200
    share = f"{ORDERS}/{number}-2"
    assert city.post(f"{share}/accept").status_code == 200
    assert city.post(f"{share}/reply", json=REPLY).status_code == 200
    shown = urban.get(f"{lead}/co-handling").json()
    assert (shown["asked"][0]["status"], shown["asked"][0]["assisting"]) == (
        "granted",
        f"{number}-2",
    )
    (seen,) = shown["shares"]
    assert (seen["number"], seen["status"]) == (f"{number}-2", "replied")
    assert seen["replies"][0]["public_reply"] == REPLY["public_reply"]
    assert urban.get(share).status_code == 404  # the rest of it is its own
    assert city.get(f"{share}/co-handling").json() == {"asked": [], "shares": []}
    assert client.get(f"{ORDERS}/co-handling?status=any").json()["items"][0]["ticket"] == number


def test_a_reply_is_withdrawn_over_http(
    session: Session, client: TestClient, desk: Callable[[str], TestClient]
) -> None:
    order = f"{ORDERS}/{dispatched(session).number}-1"
    urban = desk("540102-urban")
    urban.post(f"{order}/accept")
    urban.post(f"{order}/reply", json=REPLY)
    why = {"reason": "写错了"}
    assert client.post(f"{order}/withdraw-reply", json=why).status_code == 403
    back = urban.post(f"{order}/withdraw-reply", json=why).json()
    assert (back["status"], back["replies"][0]["verdict"]) == ("accepted", "withdrawn")
    assert client.post(f"{order}/review", json={"verdict": "complete"}).status_code == 409
    assert urban.post(f"{order}/withdraw-reply", json=why).status_code == 409
    assert urban.post(f"{order}/reply", json=REPLY).json()["status"] == "replied"


def test_a_question_goes_to_the_requester_and_comes_back(
    session: Session, client: TestClient, desk: Callable[[str], TestClient]
) -> None:
    order = f"{ORDERS}/{dispatched(session).number}-1"
    urban, other = desk("540102-urban"), desk("540100-urban")
    asked = urban.post(f"{order}/need-info", json={"question": "哪一盏灯？"}).json()["questions"][0]
    assert asked["answer"] == ""
    (line,) = client.get(f"{ORDERS}/need-info").json()["items"]
    assert line["id"] == asked["id"]
    assert other.get(f"{ORDERS}/need-info").json()["items"] == []
    answer = f"{order}/need-info/{asked['id']}/answer"
    said = {"answer": "学校东门，电话13989001234"}
    assert urban.post(answer, json=said).status_code == 403
    assert client.post(answer, json=said).status_code == 200
    (told,) = urban.get(order).json()["questions"]
    assert told["answer"] == "学校东门，电话139****1234"
    assert client.get(f"{ORDERS}/need-info").json()["items"] == []
