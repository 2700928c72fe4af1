"""政务服务事项 over HTTP: anybody reads what holds; who writes does not judge."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.models import Notice
from hotline.core.accounts import Role
from knowledge.items import searching, seeding
from tests.api.conftest import another, sign_in
from tests.factories import create_ticket

API = "/api/v1/items"
YAK = {
    "code": "sample-yak",
    "district": "540000",
    "name": "牦牛运输备案",
    "kind": "公共服务",
    "department": "540000-agriculture",
    "materials": ["身份证（原件）", "免疫记录"],
    "windows": [{"name": "乡镇便民服务中心"}],
    "across": [{"place": "510000", "way": "代收代办"}],
    "valid_from": "2026-01-01",
    "source": "编辑自撰",
}
NEXT = {name: value for name, value in YAK.items() if name not in ("code", "district")}


@pytest.fixture(autouse=True)
def seeded(session: Session, now: datetime) -> Iterator[None]:
    searching.forget()
    seeding.seed(session, now=now)
    yield
    searching.forget()


@pytest.fixture
def editor(session: Session, now: datetime) -> TestClient:
    return sign_in(another(session), session, Role.EDITOR, now)


@pytest.fixture
def supervisor(session: Session, now: datetime) -> TestClient:
    return sign_in(another(session), session, Role.SUPERVISOR, now)


def published(editor: TestClient, judge: TestClient, item: str) -> None:
    for who, step in ((editor, "submit"), (judge, "approve"), (judge, "publish")):
        done = who.post(f"{API}/{item}/{step}")
        assert done.status_code == 200, done.text


def test_anybody_reads_pages_searches_and_downloads_what_holds(anonymous: TestClient) -> None:
    page = anonymous.get(API, params={"limit": 50})
    assert len(page.json()["items"]) == 50
    assert 'rel="next"' in page.headers["Link"]
    rest = anonymous.get(API, params={"limit": 50, "cursor": page.json()["next"]}).json()
    codes = {each["item"] for each in (*page.json()["items"], *rest["items"])}
    assert len(codes) == 50 + len(rest["items"]) >= 60
    one = anonymous.get(f"{API}/border-pass@540102").json()
    assert (one["item"], one["sample"]) == ("border-pass@540000", True)
    assert {"code", "phone"} <= set(one["missing"])
    found = anonymous.get(f"{API}/search", params={"q": "身份证丢了", "district": "540102"})
    assert found.json()["items"][0]["item"]["code"] == "id-card"
    lines = anonymous.get(f"{API}/download").text.splitlines()
    assert {json.loads(each)["item"] for each in lines} == codes
    assert anonymous.get(API, params={"on": "2025-12-31"}).json()["items"] == []
    assert anonymous.get(f"{API}/border-pass", params={"on": "2025-12-31"}).status_code == 404
    assert anonymous.get(f"{API}/nothing").status_code == 404
    assert anonymous.get(API, params={"cursor": "x"}).status_code == 422


def test_a_checklist_tells_all_at_once_and_nothing_that_nobody_supports(
    anonymous: TestClient,
) -> None:
    told = anonymous.get(f"{API}/border-pass@540102/checklist").json()
    assert told["materials"][0] in told["say"]
    assert told["materials"][0] in told["send"]
    assert "窗口电话" in told["unconfirmed"]
    assert told["windows"][0]["phone"] == ""


def test_other_provinces_are_named_where_an_item_is_done_for_them(anonymous: TestClient) -> None:
    rows = anonymous.get(API, params={"across": "510000", "limit": 200}).json()["items"]
    assert rows
    assert all("510000" in {each["place"] for each in row["across"]} for row in rows)
    assert anonymous.get(API, params={"across": "110000"}).json()["items"] == []


def test_different_people_bring_a_version_to_the_public_and_it_is_compared(
    editor: TestClient, supervisor: TestClient, anonymous: TestClient
) -> None:
    made = editor.post(API, json=YAK)
    assert made.status_code == 201, made.text
    item = made.json()["item"]
    assert anonymous.get(f"{API}/{item}").status_code == 404
    assert anonymous.get(f"{API}/{item}/versions").status_code == 401
    assert anonymous.post(API, json=YAK).status_code == 401
    published(editor, supervisor, item)
    later = NEXT | {"fee": "不收费", "materials": ["身份证（原件）"], "valid_from": "2027-01-01"}
    assert editor.put(f"{API}/{item}", json=later).status_code == 200
    published(editor, supervisor, item)
    on = {"on": "2027-01-01"}
    assert anonymous.get(f"{API}/{item}").json()["fee"] == ""
    assert anonymous.get(f"{API}/{item}", params=on).json()["fee"] == "不收费"
    diff = anonymous.get(f"{API}/{item}/diff", params={"before": 1, "after": 2}).json()
    assert [each["field"] for each in diff["differences"]] == ["materials", "fee"]
    assert diff["differences"][0]["gone"] == ["免疫记录"]
    assert anonymous.get(f"{API}/{item}/diff?before=1&after=9").status_code == 404
    ended = supervisor.post(f"{API}/{item}/expire", json={"reason": "取消"})
    assert ended.status_code == 200
    assert anonymous.get(f"{API}/{item}").json()["expired"]


def test_levels_that_do_not_say_the_same_are_named(
    editor: TestClient, supervisor: TestClient, anonymous: TestClient
) -> None:
    for given in (
        YAK,
        YAK | {"district": "540100"},
        YAK | {"district": "540102", "name": "牦牛运输登记"},
    ):
        made = editor.post(API, json=given)
        published(editor, supervisor, made.json()["item"])
    told = anonymous.get(f"{API}/sample-yak/levels").json()
    assert told["levels"] == ["540000", "540100", "540102"]
    assert not told["same"]
    assert [each["after"] for each in told["differing"]] == ["sample-yak@540102#1"]
    assert [each["field"] for each in told["differing"][0]["differences"]] == ["name"]


def test_gaps_are_for_who_is_inside(anonymous: TestClient, editor: TestClient) -> None:
    assert anonymous.get(f"{API}/gaps").status_code == 401
    rows = editor.get(f"{API}/gaps").json()["items"]
    assert rows
    assert all(each["missing"] for each in rows)


def test_a_file_is_drafts_or_an_error_for_each_cell(
    editor: TestClient, supervisor: TestClient
) -> None:
    head = "事项编码,区划代码,事项名称,事项类型,主管部门编码,生效日期"
    good = f"{head}\nfile-yak,540000,牦牛运输,公共服务,540000-agriculture,2026-01-01\n"

    def sent(text: str, **form: str) -> tuple[int, dict[str, Any]]:
        files = {"sheet": ("items.csv", text.encode())}
        done = editor.post(f"{API}/import", files=files, data=form)
        return done.status_code, done.json()

    status, told = sent(good, dry_run="true")
    assert (status, told["written"], told["added"]) == (200, False, 1)
    assert editor.get(f"{API}/file-yak/versions").status_code == 404
    assert sent(good)[1]["added"] == 1
    assert sent(good)[1]["unchanged"] == 1
    status, told = sent(f"{good}file-b,540000,乙,怪,540000-agriculture,2026-01-01\n")
    assert status == 422
    (fault,) = told["errors"]
    assert (fault["file"], fault["row"], fault["column"]) == ("items.csv", 3, "kind")
    assert fault["problem"] == "'怪' is no kind."
    assert fault["remedy"].startswith("Use 行政许可")
    refused = supervisor.post(f"{API}/import", files={"sheet": ("items.csv", good.encode())})
    assert refused.status_code == 403
    assert editor.post(f"{API}/import", files={"sheet": ("a.doc", b"x")}).status_code == 422


@pytest.mark.parametrize("format", ["csv", "xlsx", "json"])
def test_what_was_exported_comes_back_without_a_change(editor: TestClient, format: str) -> None:
    made = editor.get(f"{API}/export", params={"format": format})
    assert made.status_code == 200
    files = {"sheet": (f"items.{format}", made.content)}
    told = editor.post(f"{API}/import", files=files).json()
    assert (told["added"], told["changed"], told["cleaned"]) == (0, 0, [])


def test_what_was_downloaded_can_be_taken_in_elsewhere(
    editor: TestClient, anonymous: TestClient
) -> None:
    lines = anonymous.get(f"{API}/download").content
    told = editor.post(f"{API}/import", files={"sheet": ("items.jsonl", lines)}).json()
    assert (told["added"], told["changed"], told["cleaned"]) == (0, 0, [])
    assert told["unchanged"] >= 60


def test_items_that_differ_from_the_level_above_are_listed_field_by_field(
    editor: TestClient, supervisor: TestClient, anonymous: TestClient
) -> None:
    detailed = [{"name": "身份证", "form": "原件", "copies": 1, "later": True}, "免疫记录"]
    swapped = ["身份证（可容缺，原件，一份）", "免疫记录"]
    for given in (
        YAK | {"materials": detailed},
        YAK | {"district": "540100", "materials": swapped, "fee": "不收费"},
        YAK | {"district": "540102", "materials": swapped, "fee": "不收费", "outcome": "回执"},
        YAK | {"code": "county-only", "district": "540102"},
    ):
        published(editor, supervisor, editor.post(API, json=given).json()["item"])
    one = anonymous.get(f"{API}/sample-yak").json()
    assert one["materials"] == ["身份证（原件，1份，可容缺）", "免疫记录"]
    assert one["materials_read"][0]["later"]
    assert anonymous.get(f"{API}/sample-yak/checklist").json()["later"] == ["身份证"]
    path = f"{API}/differences"
    assert anonymous.get(path).status_code == 401
    page = editor.get(path).json()
    assert page["next"] is None
    told = {
        (each["district"], each["above"]): [one["field"] for one in each["differences"]]
        for each in page["items"]
    }
    assert told == {("540100", "540000"): ["fee"], ("540102", "540100"): ["outcome"]}
    only = editor.get(path, params={"field": "outcome"}).json()["items"]
    assert [each["district"] for each in only] == ["540102"]
    for wrong in ("x", "name_", "xname", "name|fee", "name\n"):
        assert editor.get(path, params={"field": wrong}).status_code == 422, wrong
    assert editor.get(path, params={"field": ""}).json()["items"] == page["items"]
    first = editor.get(path, params={"limit": 1})
    rest = editor.get(path, params={"limit": 1, "cursor": first.json()["next"]}).json()
    assert [each["district"] for each in rest["items"]] == ["540102"]


def test_a_checklist_is_owed_once_on_a_ticket(
    session: Session, now: datetime, anonymous: TestClient
) -> None:
    ticket = create_ticket(session, now=now)
    agent = sign_in(another(session), session, Role.AGENT, now)
    path = f"/api/v1/tickets/{ticket.number}/checklist"
    assert anonymous.post(path, json={"item": "border-pass"}).status_code == 401
    assert agent.post(path, json={"item": "nothing"}).status_code == 404
    first = agent.post(path, json={"item": "border-pass@540102"})
    assert first.status_code == 200, first.text
    again = agent.post(path, json={"item": "border-pass@540000"})
    assert again.json()["version"] == first.json()["version"]
    owed = select(Notice).where(Notice.ticket_id == ticket.id, Notice.template == "checklist")
    assert len(session.exec(owed).all()) == 1
