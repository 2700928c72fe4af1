"""One page in Chromium, as on an old phone: 320 px wide, no scripts, the site's own policy."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import Engine

from dispatch import tickets
from dispatch.handling import info_requests, orders
from hotline.core.clock import now
from hotline.core.db import transaction
from tests.dispatch.deciding_scene import URBAN, awaiting, dispatched
from tests.dispatch.requester_scene import key_of
from tests.e2e.browser import Window, chromium
from tests.served import served

NARROW = ViewportSize(width=320, height=568)
LOADED_MOST = 20_000  # bytes


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def site_url(emptied: Engine) -> Iterator[str]:
    with served(emptied) as url:
        yield url


@pytest.fixture
def old_phone(browser: Browser) -> Iterator[Window]:
    context = browser.new_context(viewport=NARROW, java_script_enabled=False, locale="zh-CN")
    yield Window(context.new_page()).watch()
    context.close()


def fits(page: Page) -> bool:
    """Return whether nothing stands out at the side of the screen."""
    body = page.locator("body").bounding_box()
    boxes = [each.bounding_box() for each in page.locator("main *:visible").all()]
    wide = [box for box in boxes if box and box["x"] + box["width"] > NARROW["width"] + 0.5]
    return body is not None and body["width"] <= NARROW["width"] and not wide


def test_an_old_phone_reads_adds_and_rates_without_scripts(
    site_url: str, old_phone: Window, engine: Engine, tmp_path: Path
) -> None:
    with transaction(engine) as session:
        ticket = awaiting(session, now())
        number, key = ticket.number, key_of(session, ticket, now())
    page = old_phone.page
    page.goto(f"{site_url}/t/{number}?key={key}")
    expect(page).to_have_url(f"{site_url}/t/{number}")
    expect(page.get_by_role("status")).to_contain_text("已经有答复")
    assert fits(page)
    assert sum(len(each.body()) for each in old_phone.loaded if each.ok) < LOADED_MOST
    page.get_by_label("还有要说的").fill("灯在小学门口。")
    page.get_by_role("button", name="提交补充").click()
    expect(page.locator("#written")).to_contain_text("灯在小学门口。")
    page.get_by_label("非常满意", exact=True).check()
    page.get_by_role("group", name="问题解决了吗？").get_by_label("是").check()
    page.screenshot(path=tmp_path / "rating.png", full_page=True)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", name="请您核对")).to_be_visible()
    assert fits(page)
    page.get_by_role("button", name="确认提交").click()
    expect(page.get_by_role("status")).to_have_text("已经办完。")
    expect(page.locator("#rated")).to_contain_text("非常满意")
    with transaction(engine) as session:
        assert tickets.find(session, number).status == "closed"
    assert old_phone.faults == []


def test_an_old_phone_answers_what_a_department_asks(
    site_url: str, old_phone: Window, engine: Engine, tmp_path: Path
) -> None:
    with transaction(engine) as session:
        ticket = dispatched(session, now())
        order = orders.of_ticket(session, ticket)[0]
        info_requests.ask(session, order, "是东门那盏吗？", actor=URBAN, now=now())
        number, key = ticket.number, key_of(session, ticket, now())
    page = old_phone.page
    page.goto(f"{site_url}/t/{number}?key={key}")
    expect(page.locator(".asked")).to_contain_text("是东门那盏吗？")
    assert fits(page)
    page.get_by_label("您的回答").fill("东门第三根。")
    page.screenshot(path=tmp_path / "asked.png", full_page=True)
    page.get_by_role("button", name="回答").click()
    expect(page.locator("#written")).to_contain_text("东门第三根。")
    expect(page.locator(".asked")).to_have_count(0)
    with transaction(engine) as session:
        (given,) = info_requests.of_order(session, orders.find(session, f"{number}-1"))
        assert (given.answer, given.answered_by) == ("东门第三根。", "requester")
    assert old_phone.faults == []


def test_an_old_phone_withdraws_after_being_asked_once_more_and_reads_tibetan(
    site_url: str, old_phone: Window, engine: Engine
) -> None:
    with transaction(engine) as session:
        ticket = dispatched(session, now())
        number, key = ticket.number, key_of(session, ticket, now())
    page = old_phone.page
    page.goto(f"{site_url}/t/{number}?key={key}")
    page.get_by_role("link", name="བོད་ཡིག").click()
    expect(page.locator("html")).to_have_attribute("lang", "bo")
    assert fits(page)
    page.get_by_role("link", name="中文").click()
    page.get_by_role("link", name=re.compile("我要撤回")).click()
    page.get_by_role("button", name="确定撤回").click()
    expect(page.get_by_role("status")).to_contain_text("撤回")
    assert old_phone.faults == []


def test_a_page_whose_number_was_typed_asks_for_the_telephone(
    site_url: str, old_phone: Window
) -> None:
    page = old_phone.page
    page.goto(f"{site_url}/t/")
    page.get_by_label("工单编号").fill("261125999990")
    page.get_by_label("您的电话号码").fill("13989001234")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("status")).to_contain_text("没有查到")
    assert fits(page)
