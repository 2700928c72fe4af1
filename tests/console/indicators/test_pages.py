"""指标's pages: every number leads to exactly what it counts, with every filter in the URL."""

import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.core.accounts import Role
from hotline.core.clock import beijing
from hotline.core.clock import now as clock
from telephony import seat_states
from telephony.acd import SeatStatus as S
from tests.api.conftest import another
from tests.console.conftest import enter
from tests.console.portal_own.scene import answered, asked, issued
from tests.dispatch.indicators import call_scene, seat_scene
from tests.dispatch.indicators.scene import filled

PAGE = "/console/indicators"
LINK = re.compile(
    r'href="(/console/indicators/[^"]+/behind[^"]*)"[^>]*aria-label="[^"]*">(\d+)</a>'
)
LINE = re.compile(r'<tr data-key="([^"]+)">')


@pytest.fixture(autouse=True)
def _arranged(session: Session) -> None:
    at = clock() - timedelta(days=9)
    asked(session, answered(session, at), solved=False, rating=1)
    answered(session, at + timedelta(days=2), late=timedelta(days=5))
    issued(session, at, category=("社会 & 保障", "", ""))
    call_scene.answered(session, at, 12)
    call_scene.answered(session, at + timedelta(hours=1), 40)
    held = seat_scene.seat(session, "held-by-dawa", at)
    for status, minutes in ((S.READY, 0), (S.TALKING, 15), (S.LOGGED_OFF, 30)):
        moment = beijing(at).replace(hour=12, minute=minutes)
        seat_states.become(session, held, status, None, now=moment)
    filled(session, clock())


def unescaped(url: str) -> str:
    return url.replace("&amp;", "&")


def test_each_number_is_how_many_its_link_lists(lead: TestClient) -> None:
    pages = [PAGE, *(f"{PAGE}/{code}?by={by}" for code, by in SHOWN)]
    links: dict[str, int] = {}
    for url in pages:
        page = lead.get(url)
        assert page.status_code == 200, page.text
        links |= {unescaped(each): int(count) for each, count in LINK.findall(page.text)}
    assert len(links) > 50
    assert any("matter=%E7%A4%BE%E4%BC%9A+%26" in url for url in links)
    for url, count in links.items():
        listed = lead.get(url)
        assert listed.status_code == 200, url
        assert len(LINE.findall(listed.text)) == count, url


SHOWN = (
    ("received", "department"),
    ("received", "matter"),
    ("sign_on_time", "day"),
    ("connect_15", "hour"),
    ("requests", "district"),
    ("wait", "hour"),
    ("wait_p90", "hour"),
    ("recur_7", "day"),
    ("seat_days", "day"),
)


def test_a_list_goes_on_page_by_page(lead: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotline.console.indicators.pages.SHOWN", 1)
    found: list[str] = []
    url = f"{PAGE}/received/behind"
    while url:
        page = lead.get(url).text
        found += LINE.findall(page)
        older = re.search(r'href="([^"]+before=[^"]+)"', page)
        url = unescaped(older[1]) if older else ""
    assert len(found) == len(set(found)) == 4


def test_a_rank_has_no_rest_and_its_list_is_in_seconds_the_longest_first(lead: TestClient) -> None:
    page = lead.get(f"{PAGE}/wait_longest").text
    assert "40 秒" in page
    assert "part=rest" not in page
    assert "part=counted" not in page
    listed = lead.get(f"{PAGE}/wait_longest/behind?part=all").text
    assert re.findall(r'<td class="of">(\d+ 秒)</td>', listed) == ["40 秒", "12 秒"]
    assert "最长的在前" in listed


def test_seats_days_are_told_in_percent_of_their_seconds(lead: TestClient) -> None:
    page = lead.get(f"{PAGE}/seat_occupancy").text
    assert "50%" in page
    assert "1800 秒" in page
    listed = lead.get(f"{PAGE}/seat_occupancy/behind").text
    assert re.search(r"座席 \d+", listed)
    assert "held-by-dawa" not in listed


def test_what_can_t_be_meant_is_left_out_and_who_may_not_is_kept_out(
    lead: TestClient, agent: TestClient
) -> None:
    for query in ("from=x&until=%00", "hour=99", "department=%00", "until=9999-12-31", "hour=²"):
        assert lead.get(f"{PAGE}?{query}").status_code == 200, query
    assert lead.get(f"{PAGE}/received/behind?before=x.y").status_code == 200
    assert lead.get(f"{PAGE}/nothing").status_code == 404
    assert agent.get(PAGE).status_code == 403
    assert f'href="{PAGE}"' in lead.get("/console/").text
    assert f'href="{PAGE}"' not in agent.get("/console/").text


def test_a_report_is_frozen_by_a_supervisor_and_read_by_a_lead(
    lead: TestClient, session: Session
) -> None:
    boss = enter(another(session), session, Role.SUPERVISOR, clock())
    day = (clock() - timedelta(days=9)).date().isoformat()
    form = {"name": "周报", "first": day, "last": day}
    done = boss.post(f"{PAGE}/reports", data=form, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, f"{PAGE}/reports")
    (path,) = re.findall(
        r'href="(/api/v1/indicator-reports/\d+)"', lead.get(f"{PAGE}/reports").text
    )
    assert lead.get(path).json()["name"] == "周报"
    assert boss.post(f"{PAGE}/reports", data={**form, "last": "2020-01-01"}).status_code == 422
    assert lead.post(f"{PAGE}/reports", data=form).status_code == 403
    assert 'name="first"' not in lead.get(f"{PAGE}/reports").text
