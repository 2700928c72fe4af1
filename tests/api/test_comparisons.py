"""公平比较 over HTTP: a scheme's way to force, a comparison's to its departments, exclusions."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.models import WorkOrder
from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.clock import beijing_day
from hotline.core.clock import now as clock
from tests.api.conftest import another, sign_in
from tests.console.portal_own.scene import answered
from tests.dispatch.comparing.scene import HOUSING, URBAN, WATER, in_time, measured

SCHEMES, RUNS, OUT = (
    "/api/v1/comparison-schemes",
    "/api/v1/comparisons",
    "/api/v1/comparison-exclusions",
)
SCHEME = {
    "name": "月度考核",
    "indicators": [{"code": "close_on_time", "weight": 100}],
    "basis": "国办函〔2025〕66号",
}
Desk = Callable[[str], TestClient]


@pytest.fixture
def at() -> datetime:
    return clock()


@pytest.fixture
def supervisor(session: Session, now: datetime) -> TestClient:
    return sign_in(another(session), session, Role.SUPERVISOR, now)


@pytest.fixture
def days(session: Session, at: datetime) -> dict[str, str]:
    """Yesterday, on which two departments had orders."""
    yesterday = at - timedelta(days=1)
    measured(session, at)
    in_time(session, yesterday, {WATER: (95, 100), HOUSING: (50, 100)})
    day = beijing_day(yesterday).isoformat()
    return {"since": day, "until": day}


def adopt(boss: TestClient, other: TestClient, days: dict[str, str], **more: Any) -> Any:
    made = boss.post(SCHEMES, json={**SCHEME, **more})
    assert made.status_code == 201, made.text
    door = f"{SCHEMES}/{made.json()['id']}"
    assert other.post(f"{door}/adopt").status_code == 409  # not simulated
    asked = {"scheme": made.json()["id"], **days}
    assert boss.post(RUNS, json=asked).status_code == 409  # not adopted
    assert boss.post(RUNS, json={**asked, "simulation": True}).status_code == 201
    assert boss.post(f"{door}/adopt").status_code == 403  # who wrote it
    return other.post(f"{door}/adopt").json()


def bands(told: Any) -> dict[str, str]:
    return {each["unit"]: each["band"] for group in told for each in group["standings"]}


def test_a_scheme_comes_into_force_by_two_people_and_is_never_changed_after(
    boss: TestClient, supervisor: TestClient, days: dict[str, str]
) -> None:
    scheme = adopt(boss, supervisor, days)
    assert (scheme["state"], scheme["adopted_by"]) == ("adopted", "supervisor-1")
    assert scheme["body"]["indicators"] == [
        {"code": "close_on_time", "weight": 100, "minimum": 30, "high_is_better": True}
    ]
    assert (scheme["body"]["show_ranks"], scheme["body"]["confidence"]) == (False, 95)
    door = f"{SCHEMES}/{scheme['id']}"
    assert boss.put(door, json=SCHEME).status_code == 409
    following = boss.post(SCHEMES, json={**SCHEME, "confidence": 99}).json()
    assert (following["number"], following["state"]) == (2, "draft")
    page = boss.get(SCHEMES, params={"limit": 1}).json()
    assert [each["number"] for each in page["items"]] == [2]
    rest = boss.get(SCHEMES, params={"cursor": page["next"]}).json()
    assert [each["number"] for each in rest["items"]] == [1]
    stale = boss.put(f"{SCHEMES}/{following['id']}", json=SCHEME, headers={"If-Match": '"99"'})
    assert stale.status_code == 412


def test_what_is_no_scheme_is_refused(boss: TestClient) -> None:
    unsound: list[dict[str, Any]] = [
        {"indicators": [{"code": "received", "weight": 1}]},
        {"indicators": []},
        {"show_ranks": True},
        {"confidence": 80},
        {"classes": {"nobody": "甲"}},
        {"basis": ""},
    ]
    for wrong in unsound:
        assert boss.post(SCHEMES, json={**SCHEME, **wrong}).status_code == 422, wrong


def test_an_agent_neither_writes_nor_reads_schemes(client: TestClient) -> None:
    assert client.post(SCHEMES, json=SCHEME).status_code == 403
    assert client.get(SCHEMES).status_code == 403
    assert client.get(RUNS).status_code == 403


def test_a_comparison_is_run_published_by_another_and_told_to_its_departments(
    boss: TestClient, supervisor: TestClient, desk: Desk, days: dict[str, str]
) -> None:
    scheme = adopt(boss, supervisor, days)
    asked = {"scheme": scheme["id"], **days}
    key = {"Idempotency-Key": "once"}
    made = boss.post(RUNS, json=asked, headers=key)
    assert made.status_code == 201
    assert boss.post(RUNS, json=asked, headers=key).json() == made.json()
    door = f"{RUNS}/{made.json()['id']}"
    told = boss.get(door).json()
    assert bands(told["result"]) == {WATER: "above", HOUSING: "below"}
    water = desk(WATER)
    assert water.get(f"{RUNS}/own").json()["items"] == []
    assert water.get(door).status_code == 403
    assert boss.post(f"{door}/publish").status_code == 403
    assert supervisor.post(f"{door}/publish").json()["state"] == "published"
    (own,) = water.get(f"{RUNS}/own").json()["items"]
    assert (own["own"]["band"], own["others"], own["spread"]) == ("above", [], None)
    assert HOUSING not in str(own)
    assert desk("540103-urban").get(f"{RUNS}/own").json()["items"] == []
    listed = boss.get(RUNS).json()["items"]
    assert [each["simulation"] for each in listed] == [False, True]


def test_the_document_is_the_same_to_the_byte_when_it_is_written_again(
    boss: TestClient, supervisor: TestClient, session: Session, days: dict[str, str], at: datetime
) -> None:
    scheme = adopt(boss, supervisor, days)
    made = boss.post(RUNS, json={"scheme": scheme["id"], **days}).json()
    in_time(session, at - timedelta(days=1), {WATER: (0, 300)})
    door = f"{RUNS}/{made['id']}/document"
    first, again = boss.get(door), boss.get(door, params={"reproduce": True})
    assert first.content == again.content
    digest = hashlib.sha256(first.content).hexdigest()
    assert (first.headers["ETag"], made["document_hash"]) == (f'"{digest}"', digest)


def test_a_simulation_shows_band_by_band_what_would_change_and_is_not_published(
    boss: TestClient, supervisor: TestClient, days: dict[str, str]
) -> None:
    adopt(boss, supervisor, days)
    wide = {**SCHEME, "indicators": [{"code": "close_on_time", "weight": 1, "minimum": 500}]}
    draft = boss.post(SCHEMES, json=wide).json()
    asked = {"scheme": draft["id"], "simulation": True, **days}
    run = boss.post(RUNS, json=asked).json()
    told = boss.get(f"{RUNS}/{run['id']}").json()
    assert bands(told["result_before"]) == {WATER: "above", HOUSING: "below"}
    assert bands(told["result"]) == {WATER: "few", HOUSING: "few"}
    assert supervisor.post(f"{RUNS}/{run['id']}/publish").status_code == 409


def test_a_department_appeals_once_and_a_third_person_decides(
    boss: TestClient, supervisor: TestClient, desk: Desk, session: Session, days: dict[str, str]
) -> None:
    third = _third(session, clock())
    scheme = adopt(boss, supervisor, days, publication="all_departments")
    door = f"{RUNS}/{boss.post(RUNS, json={'scheme': scheme['id'], **days}).json()['id']}"
    housing, plea = desk(HOUSING), {"statement": "分类不当"}
    assert housing.post(f"{door}/appeal", json=plea).status_code == 404
    supervisor.post(f"{door}/publish")
    made = housing.post(f"{door}/appeal", json=plea).json()
    assert made["appeal"]["statement"] == "分类不当"
    assert [each["unit"] for each in made["others"]] == [WATER]
    assert housing.post(f"{door}/appeal", json=plea).status_code == 409
    decision = {"department": HOUSING, "right": True, "note": "属实"}
    for one in (boss, supervisor):
        assert one.post(f"{door}/appeal-decision", json=decision).status_code == 403
    assert third.post(f"{door}/appeal-decision", json=decision).status_code == 200
    (appeal,) = boss.get(door).json()["appeals"]
    assert (appeal["upheld"], appeal["note"]) == (True, "属实")
    assert supervisor.post(f"{door}/withdraw", json={"reason": "重算"}).json()["state"] == (
        "withdrawn"
    )
    assert housing.get(f"{RUNS}/own").json()["items"] == []


def test_everybody_reads_what_was_published_to_the_public_and_nothing_else(
    boss: TestClient, supervisor: TestClient, session: Session, days: dict[str, str]
) -> None:
    stranger = another(session)
    for publication in ("public", "all_departments"):
        scheme = adopt(boss, supervisor, days, name=publication, publication=publication)
        run = boss.post(RUNS, json={"scheme": scheme["id"], **days}).json()
        if publication == "public":
            assert stranger.get(f"{RUNS}/public").json() == {"items": [], "next": None}
        supervisor.post(f"{RUNS}/{run['id']}/publish")
    (told,) = stranger.get(f"{RUNS}/public").json()["items"]
    assert (told["name"], bands(told["result"])) == ("public", {WATER: "above", HOUSING: "below"})
    assert "supervisor-1" not in str(told)
    assert stranger.get(RUNS).status_code == 401


def test_the_public_reads_no_figure_of_a_few_orders(
    boss: TestClient, supervisor: TestClient, session: Session, days: dict[str, str]
) -> None:
    in_time(session, clock() - timedelta(days=1), {"540100-urban": (1, 2)})
    scheme = adopt(boss, supervisor, days, publication="public")
    run = boss.post(RUNS, json={"scheme": scheme["id"], **days}).json()
    supervisor.post(f"{RUNS}/{run['id']}/publish")
    (told,) = another(session).get(f"{RUNS}/public").json()["items"]
    (group,) = told["result"]
    urban = next(each for each in group["standings"] if each["unit"] == "540100-urban")
    assert urban["parts"]["close_on_time"] == {
        "band": "few",
        "numerator": None,
        "denominator": None,
        "rate": None,
        "interval": None,
    }
    assert (group["like"], group["value"]) == ({"close_on_time": None}, None)


def _third(session: Session, at: datetime) -> TestClient:
    accounts.create_account(session, "third", "secret-word", role=Role.SUPERVISOR, now=at)
    session.flush()
    client = another(session)
    given = {"username": "third", "password": "secret-word"}
    token = client.post("/api/v1/sessions", json=given).json()["token"]
    client.headers["Authorization"] = f"Bearer {token}"
    return client


@pytest.fixture
def order(session: Session, at: datetime) -> WorkOrder:
    return answered(session, at)


def test_an_exclusion_is_asked_for_refused_appealed_against_and_granted_by_another(
    boss: TestClient, supervisor: TestClient, desk: Desk, order: WorkOrder
) -> None:
    urban = desk(URBAN)
    asked = {"order": order.number, "reason": "not_ours", "statement": "职责在水务部门"}
    assert desk(WATER).post(OUT, json=asked).status_code == 404
    strange = {**asked, "attachments": ["00000000-0000-0000-0000-000000000000"]}
    assert urban.post(OUT, json=strange).status_code == 422
    made = urban.post(OUT, json=asked)
    assert (made.status_code, made.json()["state"]) == (201, "asked")
    assert "不属本单位职责" in made.json()["basis"]
    assert urban.post(OUT, json=asked).status_code == 409
    door = f"{OUT}/{made.json()['id']}"
    no = {"right": False, "note": "清单写明"}
    assert urban.post(f"{door}/decision", json=no).status_code == 403
    assert boss.post(f"{door}/decision", json=no).json()["state"] == "refused"
    assert urban.post(f"{door}/appeal", json={"statement": "清单已修订"}).json()["state"] == (
        "appealed"
    )
    yes = {"right": True, "note": "属实"}
    assert boss.post(f"{door}/appeal-decision", json=yes).status_code == 403
    assert supervisor.post(f"{door}/appeal-decision", json=yes).json()["state"] == "granted"
    (own,) = urban.get(f"{OUT}/own", params={"standing": "granted"}).json()["items"]
    assert own == boss.get(door).json()
    assert boss.get(OUT, params={"standing": "to_decide"}).json()["items"] == []
    assert desk(WATER).get(f"{OUT}/own").json()["items"] == []
