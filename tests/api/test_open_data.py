"""开放数据 over HTTP: for everybody, whole, again only when it changed, and nobody's own."""

import json
from typing import Any

from fastapi.testclient import TestClient

from tests.api.test_directory import API, OWN, ROSTER, sent, supervisor, tonight

__all__ = ["supervisor"]


def test_open_data_is_fetched_again_only_when_it_changed(
    anonymous: TestClient, supervisor: TestClient
) -> None:
    for each in anonymous.get(f"{API}/open-data").json()["items"]:
        made = anonymous.get(each["path"])
        head, *rows = map(json.loads, made.text.splitlines())
        assert (head["dataset"], head["count"]) == (each["dataset"], len(rows))
        assert head["licence"]
        assert made.headers["etag"] == each["etag"]
        told: dict[str, Any] = {"If-None-Match": each["etag"]}
        assert anonymous.get(each["path"], headers=told).status_code == 304
        told = {"If-Modified-Since": made.headers["last-modified"]}
        assert anonymous.get(each["path"], headers=told).status_code == 304
    for since in ("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Mon, 01 Jan 99999", "soon"):
        told = {"If-Modified-Since": since}  # what is no day is as if it were not there
        assert anonymous.get(f"{API}/open-data/hotlines", headers=told).status_code == 200
    before = anonymous.get(f"{API}/open-data/hotlines").headers["etag"]
    sent(supervisor, "hotlines", OWN)
    after = anonymous.get(f"{API}/open-data/hotlines", headers={"If-None-Match": before})
    assert after.status_code == 200
    assert "0891-6333333" in after.text


def test_open_data_has_nobodys_telephone(anonymous: TestClient, supervisor: TestClient) -> None:
    text = "部门编码,联络处,联系电话\n540100-urban,张某,13900009999\n"
    sent(supervisor, "contacts", text)
    sent(supervisor, "rosters", ROSTER + tonight())
    for path in (f"{API}/open-data/departments", f"{API}/departments?limit=200"):
        told = anonymous.get(path).text
        assert "540100-urban" in told
        assert "9999" not in told
        assert "张某" not in told


def test_anybody_reads_departments_districts_catalogue_and_lines(anonymous: TestClient) -> None:
    page = anonymous.get(f"{API}/departments", params={"limit": 2, "district": "540000"})
    assert len(page.json()["items"]) == 2
    assert 'rel="next"' in page.headers["Link"]
    cursor = page.json()["next"]
    rest = anonymous.get(f"{API}/departments", params={"limit": 1, "cursor": cursor})
    assert rest.json()["items"][0]["code"] > cursor
    assert len(anonymous.get(f"{API}/districts").json()["items"]) == 82
    asked = {"matter": "0101", "district": "540102", "limit": "1"}
    [entry] = anonymous.get(f"{API}/catalogue", params=asked).json()["items"]
    assert entry["district"] == "540102"
    assert entry["path"][0]
    found = anonymous.get(f"{API}/hotlines").json()["items"]
    assert {each["number"] for each in found if each["mode"] == "linked"} == {
        *("110", "119", "120", "122")
    }
