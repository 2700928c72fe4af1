"""本单位指标: every number leads to exactly its orders, and no other department's are there."""

import re
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from hotline.console.portal import own_periods
from hotline.console.portal.own_periods import Period
from hotline.core.clock import beijing_day
from hotline.core.clock import now as clock
from tests.console.portal_own.scene import answered, issued

PAGE = "/portal/figures"
LINK = re.compile(r'href="(/portal/figures/[^"]+)"[^>]*>(\d+)</a>')
ORDER = re.compile(r'id="o(\d+-\d+)"')


def test_each_number_on_the_page_is_how_many_its_link_lists(
    handler: TestClient, session: Session
) -> None:
    at = clock() - timedelta(days=9)
    answered(session, at)
    answered(session, at + timedelta(days=2), late=timedelta(days=5))
    issued(session, at, category=("社会 & 保障", "", ""))
    page = handler.get(PAGE)
    assert page.status_code == 200, page.text
    links = [(url.replace("&amp;", "&"), int(count)) for url, count in LINK.findall(page.text)]
    assert len(links) > 30
    assert any("matter=%E7%A4%BE%E4%BC%9A+%26" in url for url, _ in links)
    for url, count in dict(links).items():
        listed = handler.get(url)
        assert listed.status_code == 200
        assert len(ORDER.findall(listed.text)) == count, url


def test_the_list_goes_on_page_by_page_without_a_gap(
    handler: TestClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.console.portal.own_figures.SHOWN", 2)
    made = [issued(session, clock()).number for _ in range(5)]
    found, url = [], f"{PAGE}/received"
    while url:
        page = handler.get(url).text
        found += ORDER.findall(page)
        older = re.search(r'href="([^"]+before=\d+)"', page)
        url = older[1].replace("&amp;", "&") if older else ""
    assert found == made[::-1]


def test_another_department_s_orders_are_in_no_figure(
    handler: TestClient, stranger: TestClient, session: Session
) -> None:
    order = issued(session, clock())
    assert order.number in handler.get(f"{PAGE}/received").text
    assert order.number not in stranger.get(f"{PAGE}/received").text


def test_what_can_t_be_meant_is_four_weeks_and_a_long_span_is_a_year(handler: TestClient) -> None:
    today = beijing_day(clock())
    usual = own_periods.asked("", "", today)
    assert usual == Period(today - timedelta(days=27), today)
    for first, last in (("x", "y"), ("2026-13-01", ""), (str(today + timedelta(days=1)), "")):
        assert own_periods.asked(first, last, today) == usual
    year = own_periods.asked("2001-01-01", str(today), today)
    assert year.last - year.first == timedelta(days=365)
    for query in ("?from=x&until=%00", "?from=2026-02-30", "?until=9999-12-31"):
        assert handler.get(f"{PAGE}{query}").status_code == 200
    assert handler.get(f"{PAGE}/received?matter=%00").status_code == 200
    assert handler.get(f"{PAGE}/nothing").status_code == 422


def test_presets_are_whole_spans_of_the_calendar() -> None:
    found = own_periods.presets(datetime.fromisoformat("2026-11-25").date())
    told = {name: (str(each.first), str(each.last)) for name, each in found.items()}
    assert told["last_week"] == ("2026-11-16", "2026-11-22")
    assert told["last_month"] == ("2026-10-01", "2026-10-31")
    assert told["this_quarter"] == ("2026-10-01", "2026-11-25")


def test_the_chart_is_never_the_only_way(handler: TestClient, session: Session) -> None:
    issued(session, clock())
    page = handler.get(PAGE).text
    assert '<div id="weeks-chart" role="img"' in page
    assert page.index('id="weeks-data"') < page.index("<table", page.index("weeks-data"))
    assert "style=" not in page


def test_who_works_inside_has_no_business_here(agent: TestClient) -> None:
    assert agent.get(PAGE).status_code == 403
    assert agent.get(f"{PAGE}/received").status_code == 403
