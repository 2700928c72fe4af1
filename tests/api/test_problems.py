"""堵点难点 over HTTP: proposed, listed by another, reported on, claimed; read page by page."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.accounts import Role
from hotline.core.clock import now as clock
from tests.api.conftest import another, sign_in
from tests.dispatch.problems import scene
from tests.dispatch.problems.scene import BASELINE, LEAD, OWNER

DOOR = "/api/v1/problems"


def body(**changes: Any) -> dict[str, Any]:
    given = {
        "year": 2026,
        "title": "路灯成片不亮",
        "met": "报修后数周不修，电话13989001234。",
        "cause": "管护未衔接。",
        "measure": "统一移交。",
        "matter": "城乡建设/市政设施",
        "district": "540102",
        "lead_department": LEAD,
        "indicator": "requests",
        "aim": "at_most",
        "target": 20,
        "baseline_first": BASELINE.first.isoformat(),
        "baseline_last": BASELINE.last.isoformat(),
        "owner": OWNER,
        "milestones": [{"name": "完成移交", "due_on": "2026-06-30"}],
    }
    return {**given, **changes}


def test_a_problem_is_proposed_listed_by_another_solved_and_judged(
    boss: TestClient, desk: Callable[[str], TestClient], session: Session, now: datetime
) -> None:
    scene.owner(session, now)
    made = boss.post(DOOR, json=body(), headers={"Idempotency-Key": "once"})
    assert made.status_code == 201, made.text
    assert boss.post(DOOR, json=body(), headers={"Idempotency-Key": "once"}).json() == made.json()
    problem = made.json()
    assert (problem["state"], "13989001234" in problem["met"]) == ("proposed", False)
    path = f"{DOOR}/{problem['id']}"
    put_on = {"action": "put_on_list"}
    assert boss.post(f"{path}/action", json=put_on).status_code == 403
    other = sign_in(another(session), session, Role.SUPERVISOR, now)
    seen = other.get(path)
    listed = other.post(f"{path}/action", json=put_on, headers={"If-Match": seen.headers["ETag"]})
    assert listed.json()["state"] == "listed"
    stale = {"If-Match": seen.headers["ETag"]}
    drop = {"action": "drop", "reason": "重复"}
    assert other.post(f"{path}/action", json=drop, headers=stale).status_code == 412
    system = desk(LEAD)
    told = {"report": "已完成移交。", "done": True}
    reported = system.post(f"{path}/milestones/1/report", json=told).json()
    assert reported["state"] == "in_progress"
    assert reported["milestones"][0]["done_at"]
    assert system.post(f"{path}/claim", json={"claim": "灯都亮了"}).json()["state"] == "claimed"
    refused = other.post(f"{path}/action", json={"action": "refuse", "reason": "仍不亮"})
    assert (refused.json()["state"], refused.json()["judgement"]) == ("in_progress", "仍不亮")


def test_a_department_reads_its_own_and_nothing_else(
    desk: Callable[[str], TestClient], session: Session, now: datetime
) -> None:
    mine = scene.listed(session, now)
    scene.proposed(session, now)
    system, other = desk(LEAD), desk("540100-urban")
    assert [each["id"] for each in system.get(f"{DOOR}/own").json()["items"]] == [mine.id]
    assert other.get(f"{DOOR}/own").json()["items"] == []
    claim = other.post(f"{DOOR}/{mine.id}/claim", json={"claim": "好了"})
    assert claim.status_code == 404
    assert system.get(DOOR).status_code == 403
    assert system.post(DOOR, json=body()).status_code == 403
    assert system.post(f"{DOOR}/{mine.id}/action", json={"action": "close"}).status_code == 403


def test_a_milestone_is_moved_as_the_department_asks_and_shows_both_days(
    boss: TestClient, desk: Callable[[str], TestClient], session: Session, now: datetime
) -> None:
    problem = scene.listed(session, now)
    path, system = f"{DOOR}/{problem.id}/milestones/1", desk(LEAD)
    wish = {"due_on": "2099-01-31", "reason": "灯具到货推迟"}
    assert system.post(f"{path}/move", json=wish).status_code == 403
    assert boss.post(f"{path}/move-request", json=wish).status_code == 403
    asked = system.post(f"{path}/move-request", json=wish).json()["milestones"][0]
    assert (asked["due_on"], asked["moves"][0]["due_on"]) == ("2026-12-01", None)
    refused = boss.post(f"{path}/move-refusal", json={"reason": "入冬前要亮"}).json()
    assert refused["milestones"][0]["moves"][0]["answer"] == "入冬前要亮"
    assert boss.post(f"{path}/move-refusal", json={"reason": "不"}).status_code == 409
    system.post(f"{path}/move-request", json=wish)
    moved = boss.post(f"{path}/move", json={**wish, "reason": "同意"}).json()["milestones"][0]
    assert (moved["due_on"], moved["first_due_on"]) == ("2099-01-31", "2026-12-01")
    assert [each["due_on"] for each in moved["moves"]] == [None, "2099-01-31"]


def test_an_agent_reads_no_problems(client: TestClient, session: Session, now: datetime) -> None:
    problem = scene.listed(session, now)
    for path in ("", "/candidates", f"/{problem.id}", f"/{problem.id}/comparison"):
        assert client.get(f"{DOOR}{path}").status_code == 403


def test_problems_are_listed_page_by_page(boss: TestClient, session: Session) -> None:
    made = [scene.proposed(session, clock(), year=2040).id for _ in range(5)]
    first = boss.get(DOOR, params={"year": 2040, "limit": 3}).json()
    second = boss.get(DOOR, params={"year": 2040, "limit": 3, "cursor": first["next"]}).json()
    assert [each["id"] for each in (*first["items"], *second["items"])] == made[::-1]
    assert second["next"] is None
    assert boss.get(DOOR, params={"year": 2040, "state": "closed"}).json()["items"] == []


def test_the_lead_department_s_steps_are_not_taken_for_it(
    boss: TestClient, session: Session, now: datetime
) -> None:
    problem = scene.begun(session, now)
    claim = {"action": "claim", "reason": "好了"}
    assert boss.post(f"{DOOR}/{problem.id}/action", json=claim).status_code == 403
    assert boss.get(f"{DOOR}/{problem.id}").json()["state"] == "in_progress"


def test_a_proposed_problem_is_written_anew_and_a_listed_one_is_not(
    boss: TestClient, session: Session, now: datetime
) -> None:
    problem = scene.proposed(session, now)
    path = f"{DOOR}/{problem.id}"
    assert boss.put(path, json=body(title="路灯")).json()["title"] == "路灯"
    listed = scene.listed(session, now)
    assert boss.put(f"{DOOR}/{listed.id}", json=body()).status_code == 409
    assert boss.put(path, json=body(district="999999")).status_code == 422


def test_the_comparison_and_the_candidates_are_told_with_their_sums(
    boss: TestClient, session: Session, now: datetime
) -> None:
    problem = scene.listed(session, now)
    told = boss.get(f"{DOOR}/{problem.id}/comparison").json()
    assert told["baseline"] == {"first": "2025-03-01", "last": "2025-03-31"}
    assert told["later"] == {"first": "2027-03-01", "last": "2027-03-31"}
    assert told["before"] == {"numerator": 0, "denominator": 0}
    assert told["comparison"]["interval"] is None
    asked = {"since": "2025-03-01", "until": "2025-03-31", "by": "unsolved"}
    assert boss.get(f"{DOOR}/candidates", params=asked).json() == {"items": []}
    bad = {"since": "2025-03-02", "until": "2025-03-01"}
    assert boss.get(f"{DOOR}/candidates", params=bad).status_code == 422
    assert boss.get(f"{DOOR}/{problem.id}/tickets").json() == {"items": [], "next": None}


def test_evidence_is_what_the_actor_may_see(
    boss: TestClient, session: Session, now: datetime
) -> None:
    problem = scene.listed(session, now)
    (ticket,) = scene.asked(session, BASELINE.first, 1)
    path = f"{DOOR}/{problem.id}/evidence"
    added = boss.post(path, json={"kind": "ticket", "ref": ticket.number}).json()
    assert added["evidence"] == [{"kind": "ticket", "ref": ticket.number}]
    assert boss.post(path, json={"kind": "cluster", "ref": "77"}).status_code == 404
