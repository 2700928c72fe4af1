"""报告 over HTTP: templates, schedules, one report to its sign-off, and its files in each form."""

import hashlib
import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from dispatch.indicators import patience
from dispatch.reports import attempts, drafting, templating
from dispatch.reports.models_reports import Report
from dispatch.reports.terms import Form
from hotline.core.accounts import Role
from hotline.core.clock import beijing_day
from hotline.core.clock import now as clock
from tests.api.conftest import another, sign_in
from tests.console.portal_own.scene import answered, issued
from tests.dispatch.indicators.scene import filled
from tests.dispatch.reports.scene import URBAN

DOOR = "/api/v1/reports"
TO = [{"kind": "department", "code": URBAN}]
TEXT = (
    '标题：{{ period.name }}{{ kind }}\n受理 {{ figure("requests") }} 件。\n图：received 按单位\n'
)


@pytest.fixture
def yesterday(session: Session) -> datetime:
    """A day that is over, on which there were two orders."""
    at = clock() - timedelta(days=1)
    answered(session, at)
    issued(session, at)
    filled(session, clock())
    templating.ensure_packaged(session, now=at)
    return at


@pytest.fixture
def signer(session: Session, now: datetime) -> TestClient:
    return sign_in(another(session), session, Role.SUPERVISOR, now)


def prepared(boss: TestClient, session: Session, at: datetime, **more: object) -> int:
    """Return a report that was asked for over HTTP, as the job prepares it."""
    given = {"kind": "daily", "template": "daily", "since": str(beijing_day(at)), **more}
    asked = boss.post(DOOR, json=given, headers={"Idempotency-Key": "one"})
    assert (asked.status_code, asked.json()["state"]) == (201, "preparing"), asked.text
    again = boss.post(DOOR, json=given, headers={"Idempotency-Key": "one"})
    assert again.json() == asked.json()
    (report,) = session.exec(select(Report)).all()
    drafting.prepare(session, report, now=clock())
    return int(asked.json()["id"])


def test_a_report_to_its_sign_off_and_its_files(
    boss: TestClient, signer: TestClient, session: Session, yesterday: datetime
) -> None:
    number = prepared(boss, session, yesterday, recipients=TO)
    one = boss.get(f"{DOOR}/{number}")
    assert one.json()["state"] == "drafted"
    draft = boss.get(f"{DOOR}/{number}", params={"form": "html"})
    assert "待签发稿" in draft.text
    said = boss.post(f"{DOOR}/{number}/remarks", json={"text": "供暖诉求多。"})
    assert [each["text"] for each in said.json()["remarks"]] == ["供暖诉求多。"]
    stale = signer.post(f"{DOOR}/{number}/sign", headers={"If-Match": one.headers["ETag"]})
    assert stale.status_code == 412
    assert boss.post(f"{DOOR}/{number}/sign").status_code == 403
    signed = signer.post(f"{DOOR}/{number}/sign", headers={"Idempotency-Key": "s"})
    assert (signed.status_code, signed.json()["state"]) == (200, "distributed")
    kept = {each["form"]: each["sha256"] for each in signed.json()["files"]}
    for form in Form:
        by_form = boss.get(f"{DOOR}/{number}", params={"form": form.value})
        by_type = boss.get(f"{DOOR}/{number}", headers={"Accept": form.media_type})
        assert by_form.content == by_type.content
        assert hashlib.sha256(by_form.content).hexdigest() == kept[form]
        assert by_form.headers["ETag"] == f'"{kept[form]}"'
        has = {"If-None-Match": f'"other", {by_form.headers["ETag"]}'}
        same = boss.get(f"{DOOR}/{number}", params={"form": form.value}, headers=has)
        assert (same.status_code, same.content) == (304, b"")
        assert same.headers["ETag"] == by_form.headers["ETag"]
        assert by_form.headers["Content-Type"].startswith(form.media_type)
    page = boss.get(f"{DOOR}/{number}", params={"form": "html"})
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert "供暖诉求多。" in page.text
    book = boss.get(f"{DOOR}/{number}", params={"form": "xlsx"})
    assert zipfile.is_zipfile(io.BytesIO(book.content))
    assert boss.post(f"{DOOR}/{number}/remarks", json={"text": "再改"}).status_code == 409
    (receipt,) = boss.get(f"{DOOR}/{number}/receipts").json()["items"]
    assert (receipt["recipient"], receipt["opened_at"]) == (f"department:{URBAN}", None)
    archived = boss.post(f"{DOOR}/{number}/archive")
    assert archived.json()["state"] == "archived"
    refused = boss.post(f"{DOOR}/{number}/withdraw", json={"reason": "有误"})
    assert refused.status_code == 409


def test_a_department_s_system_reads_what_was_sent_to_its_department(
    boss: TestClient,
    signer: TestClient,
    desk: Callable[[str], TestClient],
    session: Session,
    yesterday: datetime,
) -> None:
    door = "/api/v1/received-reports"
    number = prepared(boss, session, yesterday, recipients=TO)
    urban, other = desk(URBAN), desk("540103-urban")
    assert urban.get(door).json() == {"items": [], "next": None}
    signed = signer.post(f"{DOOR}/{number}/sign").json()
    (mine,) = urban.get(door).json()["items"]
    assert (mine["id"], mine["title"], mine["opened_at"]) == (number, signed["title"], None)
    assert set(mine).isdisjoint({"recipients", "drafted_by", "snapshot_id"})
    for form in Form:
        file = urban.get(f"{door}/{number}", params={"form": form.value})
        (kept,) = [each["sha256"] for each in signed["files"] if each["form"] == form]
        assert hashlib.sha256(file.content).hexdigest() == kept
        has = {"If-None-Match": file.headers["ETag"]}
        same = urban.get(f"{door}/{number}", params={"form": form.value}, headers=has)
        assert (same.status_code, same.content) == (304, b"")
    assert urban.get(door).json()["items"][0]["opened_at"]
    assert urban.get(door, params={"limit": 1}).json()["next"] == number
    assert urban.get(door, params={"before": number}).json()["items"] == []
    assert other.get(door).json()["items"] == []
    assert other.get(f"{door}/{number}").status_code == 404
    assert urban.get(f"{DOOR}/{number}").status_code == 403
    signer.post(f"{DOOR}/{number}/withdraw", json={"reason": "有误"})
    assert urban.get(door).json()["items"] == []
    assert urban.get(f"{door}/{number}", headers=has).status_code == 404


def test_a_failed_report_says_why_and_is_tried_again(
    boss: TestClient, session: Session, yesterday: datetime
) -> None:
    given = {"kind": "daily", "template": "daily", "since": str(beijing_day(yesterday))}
    number = boss.post(DOOR, json=given).json()["id"]
    retry = f"{DOOR}/{number}/retry"
    assert boss.post(retry).status_code == 409  # it is being prepared
    for hour in range(patience.MOST):
        at = clock() + timedelta(hours=hour)
        assert attempts.begin(session, number, now=at)
        attempts.came_to_nothing(session, number, "It rains.", now=at)
    failed = boss.get(f"{DOOR}/{number}").json()
    assert (failed["state"], failed["trouble"]) == ("failed", "It rains.")
    assert (failed["tries"], failed["retry_at"]) == (patience.MOST, None)
    assert [each["id"] for each in boss.get(DOOR, params={"state": "failed"}).json()["items"]] == [
        number
    ]
    again = boss.post(retry).json()
    assert (again["state"], again["trouble"], again["tries"]) == ("preparing", "", 0)


def test_reports_are_listed_by_kind_state_and_year_page_by_page(
    boss: TestClient, session: Session, yesterday: datetime
) -> None:
    number = prepared(boss, session, yesterday)
    year = beijing_day(yesterday).year
    cases: tuple[tuple[dict[str, str | int], list[int]], ...] = (
        ({}, [number]),
        ({"kind": "daily", "state": "drafted", "year": year}, [number]),
        ({"kind": "weekly"}, []),
        ({"year": year - 1}, []),
        ({"before": number}, []),
    )
    for asked, found in cases:
        answer = boss.get(DOOR, params=asked)
        assert [each["id"] for each in answer.json()["items"]] == found
    assert boss.get(DOOR, params={"limit": 1}).json()["next"] == number
    assert boss.get(f"{DOOR}/{number + 1}").status_code == 404
    withdrawn = boss.post(f"{DOOR}/{number}/withdraw", json={"reason": "重做"})
    assert (withdrawn.json()["state"], withdrawn.json()["withdrawn_for"]) == ("withdrawn", "重做")


@pytest.mark.usefixtures("yesterday")
def test_a_template_is_saved_in_versions_and_a_bad_one_refused_with_its_line(
    boss: TestClient,
) -> None:
    wanted = {"code": "overview", "kind": "special", "name": "专报", "text": TEXT}
    for number in (1, 2):
        saved = boss.post(f"{DOOR}/templates", json=wanted)
        assert (saved.status_code, saved.json()["number"]) == (201, number)
    listed = boss.get(f"{DOOR}/templates").json()["items"]
    assert [(each["code"], each["number"]) for each in listed] == [
        *(("daily", 1), ("monthly", 1), ("overview", 2), ("special", 1), ("weekly", 1)),
    ]
    assert boss.get(f"{DOOR}/templates/overview").json()["text"] == TEXT
    bad = boss.post(f"{DOOR}/templates", json={**wanted, "text": f"{TEXT}{{{{ secret }}}}"})
    assert bad.status_code == 422
    assert bad.json()["detail"].startswith("Line 4 of the template: there is no word secret")
    assert boss.get(f"{DOOR}/templates/nothing").status_code == 404


def test_a_template_is_previewed_with_the_last_frozen_period(
    boss: TestClient, yesterday: datetime
) -> None:
    wanted = {"kind": "special", "text": TEXT}
    assert boss.post(f"{DOOR}/templates/preview", json=wanted).status_code == 404
    day = str(beijing_day(yesterday))
    frozen = {"name": "日报", "since": day, "until": day}
    assert boss.post("/api/v1/indicator-reports", json=frozen).status_code == 201
    shown = boss.post(f"{DOOR}/templates/preview", json=wanted)
    assert (shown.status_code, "受理 2 件。" in shown.text) == (200, True)
    assert boss.post(f"{DOOR}/templates/preview", json={**wanted, "text": "x"}).status_code == 422


@pytest.mark.usefixtures("yesterday")
def test_schedules_are_added_listed_and_ended(boss: TestClient) -> None:
    wanted = {"kind": "monthly", "template": "monthly", "hour": 9, "day": 3, "recipients": TO}
    added = boss.post(f"{DOOR}/schedules", json=wanted)
    assert (added.status_code, added.json()["recipients"]) == (201, TO)
    assert boss.post(f"{DOOR}/schedules", json={**wanted, "kind": "daily"}).status_code == 422
    assert boss.get(f"{DOOR}/schedules").json()["items"] == [added.json()]
    ended = boss.post(f"{DOOR}/schedules/{added.json()['id']}/end")
    assert ended.json()["ended_at"]
    assert boss.post(f"{DOOR}/schedules/{added.json()['id']}/end").status_code == 409


def test_only_who_may_does(
    client: TestClient, session: Session, now: datetime, yesterday: datetime
) -> None:
    lead = sign_in(another(session), session, Role.TEAM_LEAD, now)
    given = {"kind": "daily", "template": "daily", "since": str(beijing_day(yesterday))}
    assert client.get(DOOR).status_code == 403
    assert lead.get(DOOR).json()["items"] == []
    assert lead.post(DOOR, json=given).status_code == 403


def test_a_long_period_is_frozen_by_a_job_whose_state_shows(
    boss: TestClient, yesterday: datetime
) -> None:
    door, last = "/api/v1/indicator-reports", beijing_day(yesterday)
    given = {"name": "季报", "since": str(last - timedelta(days=89)), "until": str(last)}
    asked = boss.post(door, json=given, headers={"Idempotency-Key": "q"})
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    again = boss.post(door, json=given, headers={"Idempotency-Key": "q"})
    assert (again.status_code, again.json()) == (202, asked.json())
    assert boss.get(asked.headers["Location"]).json() == asked.json()
    assert boss.get(f"{door}/freezings/{asked.json()['id'] + 1}").status_code == 404
    future = {**given, "until": str(last + timedelta(days=2))}
    assert boss.post(door, json=future).status_code == 422
