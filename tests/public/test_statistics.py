"""公开统计: a page for everybody that keeps nothing of who reads it."""

from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from dispatch.models import Ticket
from dispatch.publishing import reading, releasing, shown
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
