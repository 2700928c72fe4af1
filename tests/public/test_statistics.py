"""公开统计: a page for everybody that keeps nothing of who reads it."""

import html
import re
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.models import Ticket
from dispatch.publishing import reading, releasing, shown
from dispatch.publishing.models_publishing import ReleaseFile, StatisticsRelease
from hotline.core.clock import now as clock
from tests.dispatch.publishing.scene import CHECKER, PUBLISHER, WORDS, a_release, last_month

PAGE = "/statistics"


@pytest.fixture
def at() -> datetime:
    return clock()


def publish(session: Session, at: datetime) -> None:
    release = a_release(session, at)
    releasing.check(session, release, actor=CHECKER, now=at)
    releasing.publish(session, release, actor=PUBLISHER, now=at)


def test_before_anything_is_published_it_says_so(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    assert "还没有公布" in anonymous.get(PAGE).text
    a_release(session, at)
    assert "还没有公布" in anonymous.get(PAGE).text


def test_it_shows_the_month_with_what_is_withheld_and_where_to_get_it(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    publish(session, at)
    told = anonymous.get(PAGE).text
    release = reading.latest(session)
    assert release
    sheet = shown.sheet(session, release)
    assert sheet.withheld
    assert f"{last_month(at)} 办结的诉求" in told
    assert "拉萨市" in told
    assert "这一格不公布" in told
    assert "CC-BY-4.0" in told
    for each in reading.files_of(session, release):
        assert (f"/{release.month}/1/{each.name}" in told) == reading.public(each)
    assert WORDS not in told
    assert session.get(Ticket, 1) is None or session.get_one(Ticket, 1).number not in told


def test_it_can_be_kept_by_caches_and_keeps_nothing_itself(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    publish(session, at)
    for query in ("", "?lang=bo", "?elder=1", f"?month={last_month(at)}"):
        made = anonymous.get(PAGE + query)
        assert made.status_code == 200
        assert "set-cookie" not in made.headers
        assert made.headers["cache-control"] == "public, max-age=300"
        assert "script" not in made.headers["content-security-policy"]
        assert "<script" not in made.text
        tag = {"If-None-Match": made.headers["etag"]}
        assert anonymous.get(PAGE + query, headers=tag).status_code == 304


def test_it_is_read_in_tibetan_as_far_as_there_are_words(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    publish(session, at)
    told = anonymous.get(f"{PAGE}?lang=bo").text
    assert 'lang="bo"' in told
    assert "ལྷ་ས།" in told
    assert "草稿" in told


def test_the_requesters_door_leads_there(anonymous: TestClient) -> None:
    assert f'href="{PAGE}"' in anonymous.get("/t/").text


def out(session: Session, month: str, template: StatisticsRelease) -> None:
    """Publish the same files as another month's."""
    told = template.model_dump(exclude={"id", "month"})
    release = StatisticsRelease.model_validate({**told, "month": month})
    session.add(release)
    session.flush()
    for each in reading.files_of(session, template):
        file = each.model_dump(exclude={"release_id"}) | {"body": each.body}
        session.add(ReleaseFile.model_validate({**file, "release_id": release.id}))
    session.flush()


def test_an_old_month_is_found_however_much_was_published_since(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    publish(session, at)
    latest = reading.latest(session)
    assert latest
    for number in range(30):
        out(session, f"20{21 + number // 12}-{number % 12 + 1:02d}", latest)
    assert "2021-01 办结的诉求" in anonymous.get(f"{PAGE}?month=2021-01").text
    found, page = set[str](), anonymous.get(PAGE).text
    for _ in range(3):
        found |= set(re.findall(r"month=(\d{4}-\d\d)", page))
        older = re.search(r'href="([^"]*before=[\d-]+)">更早的月份', page)
        page = anonymous.get(html.unescape(older[1])).text if older else ""
    assert page == ""
    assert len(found) == 31


def test_a_month_that_is_not_out_is_not_found_and_says_what_to_do(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    publish(session, at)
    for month in ("2019-01", "十月", "<b>"):
        told = anonymous.get(PAGE, params={"month": month})
        assert told.status_code == 404
        assert f"没有“{html.escape(month)}”的统计" in told.text
        assert f"?month={last_month(at)}" in told.text
        assert "etag" not in told.headers
        assert "set-cookie" not in told.headers


def test_it_shows_the_indicators_by_prefecture(
    anonymous: TestClient, session: Session, at: datetime
) -> None:
    publish(session, at)
    told = anonymous.get(PAGE).text
    assert "分市地的指标" in told
    assert "那曲市" in told
    latest = reading.latest(session)
    assert latest
    held = anonymous.get(f"/api/v1/open-data/releases/{latest.month}/1/indicators-by-district.csv")
    assert held.text.startswith("month,district,code,name,definition_version,numerator")
