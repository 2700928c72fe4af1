"""质检 over HTTP: drawn, flagged, marked, submitted, appealed against, decided; who sees it."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.clock import now as clock
from hotline.core.events import Event
from tests.api.conftest import another, sign_in
from tests.dispatch.inspection_scene import ALL_MET, BAD, drawn, plan, submitted, talk, yesterday

DOOR = "/api/v1/inspections"
INSPECTOR, AGENT = "quality_inspector-1", "agent-1"
MARKS = {"marks": {**ALL_MET, "listening": "missed"}, "fatal": [], "note": "第 15 秒抢话"}


@pytest.fixture
def at() -> datetime:
    return clock()


@pytest.fixture
def inspector(session: Session, at: datetime) -> TestClient:
    return sign_in(another(session), session, Role.INSPECTOR, at)


@pytest.fixture
def agent(session: Session, at: datetime) -> TestClient:
    return sign_in(another(session), session, Role.AGENT, at)


@pytest.fixture
def lead(session: Session, at: datetime) -> TestClient:
    return sign_in(another(session), session, Role.TEAM_LEAD, at)


def test_a_call_is_inspected_from_its_draw_to_its_decided_appeal(
    inspector: TestClient, agent: TestClient, lead: TestClient, session: Session, at: datetime
) -> None:
    found = drawn(session, at, inspector=INSPECTOR, agent=AGENT)
    (line,) = inspector.get(DOOR, params={"inspector": INSPECTOR}).json()["items"]
    assert (line["id"], line["state"], line["why"]) == (found.id, "assigned", "random")
    one = f"{DOOR}/{found.id}"
    read = inspector.get(one)
    flag = next(each for each in read.json()["flags"] if each["rule"] == "forbidden")
    assert (flag["line"], flag["at_s"], flag["rule_version"], flag["lists"]) == (2, 15, 1, 0)
    judged = inspector.post(f"{DOOR}/flags/{flag['id']}/judgement", json={"false_alarm": True})
    assert judged.json()["false_alarm"] is True
    seen = {"If-Match": read.headers["ETag"]}
    kept = inspector.post(f"{one}/draft", json={"marks": {"tone": "met"}}, headers=seen)
    assert (kept.json()["state"], kept.json()["total"]) == ("draft", None)
    assert inspector.post(f"{one}/submission", json=MARKS, headers=seen).status_code == 412
    assert inspector.post(f"{one}/submission", json={"marks": {}}).status_code == 422
    assert agent.get(f"{DOOR}/own").json()["items"] == []
    assert lead.post(f"{one}/submission", json=MARKS).status_code == 403
    given = inspector.post(f"{one}/submission", json=MARKS).json()
    assert (given["state"], given["total"], given["passed"]) == ("submitted", 85.0, True)

    mine = agent.get(f"{DOOR}/own/{found.id}").json()
    assert (mine["total"], mine["note"]) == (85.0, "第 15 秒抢话")
    own = f"{DOOR}/own/{found.id}/appeal"
    assert agent.post(own, json={"grounds": " "}).status_code == 422
    assert agent.post(own, json={"grounds": "对方先停了"}).json()["state"] == "appealed"
    assert agent.post(own, json={"grounds": "再来一次"}).status_code == 409
    verdict = {"verdict": "changed", "answer": "确有停顿", "changed": {"marks": ALL_MET}}
    assert inspector.post(f"{one}/decision", json=verdict).status_code == 403
    assert lead.post(f"{one}/decision", json={**verdict, "verdict": "upheld"}).status_code == 422
    assert lead.post(f"{one}/decision", json=verdict).json()["total"] == 100
    appeal = agent.get(f"{DOOR}/own/{found.id}").json()["appeal"]
    assert (appeal["verdict"], appeal["answer"]) == ("changed", "确有停顿")
    assert (appeal["grounds"], appeal["total_before"]) == ("对方先停了", 85.0)
    assert agent.post(own, json={"grounds": "第三次"}).status_code == 409
    told = session.exec(select(Event).where(col(Event.type).startswith("inspection."))).all()
    assert {each.type for each in told} >= {
        *("inspection.drawn", "inspection.flag_judged", "inspection.saved"),
        *("inspection.submitted", "inspection.appealed", "inspection.appeal_decided"),
    }
    assert {name for each in told for name in each.refs} <= {
        *("inspection", "plan", "kind", "draw", "drawn", "flagged", "unassigned"),
        *("flag", "rule", "false_alarm"),
    }


def test_a_result_is_seen_by_its_agent_and_by_no_other(
    agent: TestClient, lead: TestClient, session: Session, at: datetime
) -> None:
    other = submitted(session, at, inspector=INSPECTOR, agent="agent-2")
    assert agent.get(f"{DOOR}/own").json()["items"] == []
    assert agent.get(f"{DOOR}/own/{other.id}").status_code == 404
    appeal = agent.post(f"{DOOR}/own/{other.id}/appeal", json={"grounds": "x"})
    assert appeal.status_code == 404
    for path in ("", f"/{other.id}", "/figures", "/cards", "/plans", "/calibrations"):
        assert agent.get(DOOR + path).status_code == 403
    assert lead.get(f"{DOOR}/{other.id}").status_code == 200
    assert lead.get(f"{DOOR}/own").json()["items"] == []


def test_a_team_lead_does_not_inspect_or_decide_on_their_own_call(
    lead: TestClient, session: Session, at: datetime
) -> None:
    found = drawn(session, at, inspector=INSPECTOR, agent="team_lead-1")
    assert lead.get(f"{DOOR}/{found.id}").status_code == 404
    found.state, found.submitted_at, found.inspector = "appealed", at, ""
    session.flush()
    verdict = {"verdict": "upheld", "answer": "不变"}
    assert lead.post(f"{DOOR}/{found.id}/decision", json=verdict).status_code == 403
    assert lead.post(f"{DOOR}/{found.id}/take").status_code == 403


def test_averages_are_shown_with_counts_and_only_from_the_minimum_sample_on(
    lead: TestClient, session: Session, at: datetime
) -> None:
    one = submitted(session, at, inspector=INSPECTOR, agent=AGENT)
    span = {"since": yesterday(at).isoformat(), "until": "2099-01-01T00:00:00Z"}
    figures = lead.get(f"{DOOR}/figures", params=span).json()
    row = {"agent": AGENT, "count": 1, "mean": None, "passed": 1, "fatal": 0}
    assert (figures["averages"], figures["minimum_sample"]) == ([row], 5)
    for _ in range(4):
        call = talk(session, yesterday(at))
        session.add(type(one)(**one.model_dump(exclude={"id", "call_id"}), call_id=call.id))
    session.flush()
    (row,) = lead.get(f"{DOOR}/figures", params=span).json()["averages"]
    assert (row["count"], row["mean"]) == (5, 85.0)
    flags = {each["rule"]: each for each in figures["flags"]}
    assert flags["silence"] == {
        **{"rule": "silence", "found": 1, "judged": 0},
        **{"confirmed": 0, "share": None},
    }


def test_cards_lists_and_plans_are_kept_in_versions_by_quality_staff(
    inspector: TestClient, lead: TestClient, session: Session, at: datetime
) -> None:
    cards = {each["code"]: each for each in inspector.get(f"{DOOR}/cards").json()["items"]}
    assert cards["call-basic"]["number"] == 0
    body = {**cards["call-basic"]["body"], "pass_mark": 90}
    given = {"code": "call-basic", "kind": "call", "seen": 0, "body": body}
    assert inspector.post(f"{DOOR}/cards", json=given).json()["number"] == 1
    assert inspector.post(f"{DOOR}/cards", json=given).status_code == 412
    assert lead.post(f"{DOOR}/cards", json=given).status_code == 403
    lists = inspector.get(f"{DOOR}/lists").json()
    changed = {"seen": 0, "body": {**lists["body"], "forbidden": ["等着吧"]}}
    assert inspector.post(f"{DOOR}/lists", json=changed).json()["number"] == 1
    assert inspector.post(f"{DOOR}/lists", json={**changed, "seen": 1}).status_code == 422
    wish = {
        **{"title": "每周", "kind": "call", "period": "week", "per_agent": 2},
        **{"card": "call-basic", "inspectors": [INSPECTOR]},
    }
    made = inspector.post(f"{DOOR}/plans", json=wish)
    assert made.status_code == 201
    assert "seed" not in made.json()
    assert inspector.post(f"{DOOR}/plans", json={**wish, "inspectors": [AGENT]}).status_code == 422
    assert inspector.post(f"{DOOR}/plans", json={**wish, "kind": "ticket"}).status_code == 422
    draws = f"{DOOR}/plans/{made.json()['id']}/draws"
    assert inspector.post(draws).status_code == 409  # its first week is not over
    daily = plan(session, at, (INSPECTOR,))
    talk(session, yesterday(at), BAD)
    drawn_now = inspector.post(f"{DOOR}/plans/{daily.id}/draws").json()
    assert (drawn_now["population"], drawn_now["drawn"]) == (1, 1)
    assert inspector.get(f"{DOOR}/plans/{daily.id}/draws").json()["items"] == [drawn_now]
    assert inspector.post(f"{DOOR}/plans/{daily.id}/end").status_code == 200


def test_a_calibration_is_blind_until_it_is_closed(
    inspector: TestClient, lead: TestClient, session: Session, at: datetime
) -> None:
    one = submitted(session, at, inspector="dolma", agent=AGENT)
    wish = {
        **{"title": "十一月", "inspections": [one.id]},
        "inspectors": [INSPECTOR, "team_lead-1"],
    }
    lone = {**wish, "inspectors": [INSPECTOR]}
    assert inspector.post(f"{DOOR}/calibrations", json=lone).status_code == 422
    opened = inspector.post(f"{DOOR}/calibrations", json=wish).json()
    sheets = {}
    for name, who in ((INSPECTOR, inspector), ("team_lead-1", lead)):
        (sheets[name],) = who.get(DOOR, params={"why": "calibration"}).json()["items"]
    assert inspector.get(f"{DOOR}/{sheets['team_lead-1']['id']}").status_code == 404
    close = f"{DOOR}/calibrations/{opened['id']}/close"
    first = f"{DOOR}/{sheets[INSPECTOR]['id']}/submission"
    assert inspector.post(first, json={"marks": ALL_MET}).status_code == 200
    assert inspector.post(close).status_code == 409
    assert inspector.get(f"{DOOR}/calibrations/{opened['id']}").json()["results"] == []
    lead.post(f"{DOOR}/{sheets['team_lead-1']['id']}/submission", json=MARKS)
    results = {each["code"]: each for each in inspector.post(close).json()["results"]}
    assert (results["tone"]["share"], results["listening"]["share"]) == (1.0, 0.0)
    assert inspector.get(f"{DOOR}/{sheets['team_lead-1']['id']}").status_code == 200
    agent = sign_in(another(session), session, Role.AGENT, at)
    assert [each["id"] for each in agent.get(f"{DOOR}/own").json()["items"]] == [one.id]


def test_who_calibrates_reads_no_other_sheet_of_the_work_and_marked_none_before(
    inspector: TestClient, lead: TestClient, session: Session, at: datetime
) -> None:
    one = submitted(session, at, inspector="dolma", agent=AGENT)
    wish = {"title": "十一月", "inspections": [one.id], "inspectors": [INSPECTOR, "team_lead-1"]}
    marked = {**wish, "inspectors": [INSPECTOR, "dolma"]}
    assert inspector.post(f"{DOOR}/calibrations", json=marked).status_code == 422
    assert inspector.get(f"{DOOR}/{one.id}").status_code == 200
    opened = inspector.post(f"{DOOR}/calibrations", json=wish).json()
    boss = sign_in(another(session), session, Role.ADMINISTRATOR, at)
    for who, status in ((inspector, 404), (lead, 404), (boss, 200)):
        assert who.get(f"{DOOR}/{one.id}").status_code == status
        listed = [each["id"] for each in who.get(DOOR).json()["items"]]
        assert (one.id in listed) == (status == 200)
    (sheet,) = inspector.get(DOOR, params={"why": "calibration"}).json()["items"]
    inspector.post(f"{DOOR}/{sheet['id']}/submission", json={"marks": ALL_MET})
    close = f"{DOOR}/calibrations/{opened['id']}/close"
    assert boss.post(close).status_code == 409
    away = accounts.find(session, "team_lead-1")
    assert away
    away.disabled_at = at  # who has left is not waited for
    session.flush()
    (tone,) = (each for each in boss.post(close).json()["results"] if each["code"] == "tone")
    assert (tone["raters"], tone["share"]) == (1, None)
    assert inspector.get(f"{DOOR}/{one.id}").status_code == 200


def test_the_work_is_paged(inspector: TestClient, session: Session, at: datetime) -> None:
    daily = plan(session, at, (INSPECTOR,), per_agent=10)
    for _ in range(5):
        talk(session, yesterday(at))
    inspector.post(f"{DOOR}/plans/{daily.id}/draws")
    first = inspector.get(DOOR, params={"limit": 3}).json()
    second = inspector.get(DOOR, params={"limit": 3, "cursor": first["next"]}).json()
    ids = [each["id"] for each in (*first["items"], *second["items"])]
    assert len(set(ids)) == 5
    assert second["next"] is None
