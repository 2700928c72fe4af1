"""公开统计 over HTTP: whole files for everybody, some for who holds a key, none before its time."""

import csv
import hashlib
import io
import json
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.publishing import columns, releasing
from hotline.core.accounts import Role
from hotline.core.clock import beijing_day
from hotline.core.clock import now as clock
from tests.api.conftest import another, sign_in
from tests.dispatch.publishing.scene import (
    CHECKER,
    PUBLISHER,
    a_month,
    a_release,
    last_month,
    made_by_job,
    measured,
)

API = "/api/v1"
OPEN = f"{API}/open-data"


@pytest.fixture
def at() -> datetime:
    return clock()


@pytest.fixture
def supervisor(session: Session, now: datetime) -> TestClient:
    return sign_in(another(session), session, Role.SUPERVISOR, now)


def out(session: Session, at: datetime) -> None:
    release = a_release(session, at)
    releasing.check(session, release, actor=CHECKER, now=at)
    releasing.publish(session, release, actor=PUBLISHER, now=at)


def test_nothing_is_out_before_somebody_publishes_it(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    release = a_release(session, at)
    path = f"{OPEN}/releases/{release.month}/1/statistics.csv"
    assert anonymous.get(f"{OPEN}/releases").json() == {"items": [], "next": None}
    assert anonymous.get(path).status_code == 404
    releasing.check(session, release, actor=CHECKER, now=at)
    releasing.publish(session, release, actor=PUBLISHER, now=at)
    assert anonymous.get(path).status_code == 200
    releasing.withdraw(session, release, actor=PUBLISHER, now=at)
    assert anonymous.get(path).status_code == 404
    assert anonymous.get(f"{OPEN}/releases").json()["items"] == []


def test_public_files_are_fetched_whole_and_again_only_when_they_changed(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    out(session, at)
    [release] = anonymous.get(f"{OPEN}/releases").json()["items"]
    for each in release["files"]:
        if each["grade"] != "public":
            continue
        made = anonymous.get(each["path"])
        assert hashlib.sha256(made.content).hexdigest() == each["sha256"]
        assert made.headers["etag"] == f'"{each["sha256"]}"'
        assert "set-cookie" not in made.headers
        again = anonymous.get(each["path"], headers={"If-None-Match": made.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        since = {"If-Modified-Since": made.headers["last-modified"]}
        assert anonymous.get(each["path"], headers=since).status_code == 304
    assert {each["name"] for each in release["files"]} >= {"measures.json", "dictionary.csv"}


def test_the_catalogue_names_every_form_with_its_grade(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    out(session, at)
    held = {each["dataset"]: each for each in anonymous.get(OPEN).json()["items"]}
    assert held["departments"]["distributions"][0]["path"] == held["departments"]["path"]
    assert held["ticket-records-full"]["grade"] == "on_application"
    for name in ("statistics", "indicators", "indicators-by-district", "ticket-records"):
        assert held[name]["period"] == str(last_month(at))
        for form in held[name]["distributions"]:
            made = anonymous.get(form["path"])
            assert made.headers["content-type"] == form["media_type"]
            assert len(made.content) == form["size"]
        head, *rows = map(json.loads, anonymous.get(held[name]["path"]).text.splitlines())
        assert (head["dataset"], head["count"]) == (name, len(rows))


def test_what_is_given_on_application_needs_a_key_and_leaves_a_trace(
    anonymous: TestClient, supervisor: TestClient, session: Session, at: datetime
) -> None:
    out(session, at)
    path = f"{OPEN}/releases/{last_month(at)}/1/ticket-records-full.csv"
    assert anonymous.get(path).status_code == 403
    until = (beijing_day(at) + timedelta(days=30)).isoformat()
    body = {"name": "某大学", "purpose": "研究", "until": until}
    made = supervisor.post(f"{API}/data-receivers", json=body).json()
    key = {"X-Receiver-Key": made["key"]}
    given = anonymous.get(path, headers=key)
    assert given.status_code == 200
    assert given.headers["cache-control"] == "private, no-store"
    told = supervisor.get(f"{API}/data-receivers/{made['id']}/downloads").json()["items"]
    assert [each["file"] for each in told] == ["ticket-records-full.csv"]
    assert told[0]["sha256"] == hashlib.sha256(given.content).hexdigest()
    listed = supervisor.get(f"{API}/data-receivers").json()["items"]
    assert made["key"] not in json.dumps(listed)
    supervisor.post(f"{API}/data-receivers/{made['id']}/end")
    assert anonymous.get(path, headers=key).status_code == 403


def test_the_dictionary_is_what_the_files_have(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    out(session, at)
    told = anonymous.get(f"{OPEN}/dictionary").json()
    table = list(csv.DictReader(io.StringIO(anonymous.get(f"{OPEN}/dictionary.csv").text)))
    assert [each["column"] for each in table] == [each["column"] for each in told["items"]]
    assert told["version"] == columns.VERSION
    for name in ("statistics", "indicators", "indicators-by-district", "ticket-records"):
        body = anonymous.get(f"{OPEN}/releases/{last_month(at)}/1/{name}.csv").text
        held = [
            each["column"]
            for each in told["items"]
            if each["dataset"] == name and each["grade"] == "public"
        ]
        assert body.splitlines()[0].split(",") == held


def test_a_release_goes_through_three_hands(
    supervisor: TestClient, session: Session, at: datetime, now: datetime
) -> None:
    a_month(session, at)
    measured(session, at)
    releases = f"{API}/statistics-releases"
    asked = supervisor.post(releases, json={"month": str(last_month(at))})
    assert asked.status_code == 202
    making = asked.headers["Location"]
    told = supervisor.get(making).json()
    assert (told["state"], told["part"], told["release_id"]) == ("waiting", "", None)
    assert supervisor.post(releases, json={"month": str(last_month(at))}).status_code == 409
    assert made_by_job(session, at) == 1
    told = supervisor.get(making).json()
    assert (told["state"], told["trouble"]) == ("done", "")
    assert [each["id"] for each in supervisor.get(f"{releases}/makings").json()["items"]] == [
        told["id"]
    ]
    assert supervisor.get(f"{releases}/makings/{told['id'] + 1}").status_code == 404
    one = f"{releases}/{told['release_id']}"
    assert supervisor.post(f"{one}/publish").status_code == 409
    assert supervisor.post(f"{one}/check").json()["stage"] == "checked"
    assert supervisor.post(f"{one}/publish").status_code == 403
    other = sign_in(another(session), session, Role.ADMINISTRATOR, now)
    assert other.post(f"{one}/publish").json()["stage"] == "published"
    assert other.get(one).json()["published_by"] == "administrator-1"
    assert other.post(f"{one}/discard").status_code == 409
    assert other.post(f"{one}/withdraw").json()["stage"] == "withdrawn"
    assert [each["edition"] for each in other.get(releases).json()["items"]] == [1]


def test_who_may_not_publish_sees_no_release(client: TestClient, session: Session) -> None:
    assert client.get(f"{API}/statistics-releases").status_code == 403
    assert client.get(f"{API}/data-receivers").status_code == 403
    assert another(session).get(f"{API}/statistics-releases").status_code == 401
    for path in ("2026-99/1/x", "x/99999999999/x", "2026-10/-1/x"):
        assert another(session).get(f"{OPEN}/releases/{path}").status_code == 404
