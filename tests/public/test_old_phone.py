"""One page in Chromium, as on an old phone: 320 px wide, no scripts, the site's own policy."""

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import Engine
from sqlmodel import Session

from dispatch import tickets
from hotline.app import create_app
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.web.access import open_session
from tests import committed
from tests.dispatch.deciding_scene import awaiting, dispatched
from tests.dispatch.requester_scene import key_of
from tests.e2e.browser import Window, chromium

NARROW = ViewportSize(width=320, height=568)
LOADED_MOST = 20_000  # bytes


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def site_url(engine: Engine) -> Iterator[str]:
    """The web process's own app on a port, its requests committed; all is removed afterwards."""

    def own_transaction() -> Iterator[Session]:
        with transaction(engine) as session:
            yield session

    app = create_app()
    app.dependency_overrides[open_session] = own_transaction
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="warning", lifespan="off", ws="none")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
    committed.remove(engine)


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
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_role("status")).to_have_text("已经办完。")
    expect(page.locator("#rated")).to_contain_text("非常满意")
    with transaction(engine) as session:
        assert tickets.find(session, number).status == "closed"
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
