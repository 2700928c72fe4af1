"""An agent's browser: a ticket arrives without a reload and is dispatched by the keyboard."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import Window, chromium
from tests.e2e.conftest import Hotline, surroundings, wait_for

pytestmark = pytest.mark.e2e

LIST_ROWS = 50

ROOT = Path(__file__).parents[2]
PASSWORD = "page-test-word"  # noqa: S105  # of the account that this test makes
ARRIVES_WITHIN_MS = 60_000
BACK_WITHIN_MS = 60_000
# What the browser says of a lost line, and htmx of the event that told it or the request it cost.
LOST_LINE = re.compile(r"net::ERR_|^\[object Event\]$|^htmx:(afterRequest|sendError), ")

NEW_ACCOUNT = """
from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.clock import now
from hotline.core.db import transaction
with transaction() as session:
    accounts.create_account(
        session, "pages", {password!r}, role=Role.AGENT, display_name="话务员 12", now=now()
    )
"""
# A caller's ticket, registered by another process than the web's, as the worker does it.
NEW_TICKET = """
from datetime import timedelta
from hotline.core.clock import now
from hotline.core.db import transaction
from tests.e2e.demo_day import DAY, tell
with transaction() as session:
    number = tell(session, DAY[-1], {place}, at=now()).number
print(number)  # last, after what the log says of the commit
"""


def elsewhere(hotline: Hotline, code: str) -> str:
    """Run code in a process of its own on the hotline's database; return its last line."""
    environment = surroundings(HOTLINE_DATA_DIR=str(hotline.data_dir))
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def account(hotline: Hotline) -> str:
    elsewhere(hotline, NEW_ACCOUNT.format(password=PASSWORD))
    return "pages"


@pytest.fixture
def window(hotline: Hotline, browser: Browser, account: str) -> Iterator[Window]:
    """A window in which an agent has signed in by password, and whose console is silent."""
    base = str(hotline.client.base_url)
    with browser.new_context(base_url=base, locale="zh-CN") as context:
        opened = Window(context.new_page()).watch()
        opened.page.goto("/console/")
        expect(opened.page).to_have_url(f"{base}/console/sign-in?next=/console/")
        opened.page.get_by_label("用户名").fill(account)
        opened.page.get_by_label("密码").fill(PASSWORD)
        opened.page.keyboard.press("Enter")
        live(opened.page)
        yield opened
        assert opened.faults == []


def live(page: Page) -> None:
    expect(page.locator("#line")).to_have_class("live")


def test_a_ticket_arrives_without_a_reload_and_is_dispatched_by_keyboard(
    hotline: Hotline, window: Window
) -> None:
    page = window.page
    page.evaluate("window.sameDocument = true")
    number = elsewhere(hotline, NEW_TICKET.format(place=31))
    row = page.locator(f'[data-key="{number}"]')
    expect(row).to_be_visible(timeout=ARRIVES_WITHIN_MS)
    expect(row).to_have_class("row-urgent fresh")
    expect(row).to_contain_text("还剩")
    assert page.evaluate("window.sameDocument")

    for _ in range(LIST_ROWS):  # other callers of this hotline may stand above
        page.keyboard.press("j")
        if page.evaluate("document.activeElement.id") == f"t{number}":
            break
    expect(page.locator(f"#t{number}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("路灯坏了")
    expect(page.locator(".story")).to_contain_text("热线系统登记了工单")
    page.get_by_text("为什么是这个时间").click()
    expect(page.locator(".trace").first).to_be_visible()
    live(page)
    page.keyboard.press("d")
    expect(page.locator(".orders")).to_contain_text("待签收")
    expect(page.locator("#headline")).to_contain_text("办理中")
    expect(page.locator(".story")).to_contain_text("话务员 12把工单派给城关区城市管理和综合执法局")


def test_what_a_department_does_appears_on_the_open_page(hotline: Hotline, window: Window) -> None:
    page = window.page
    number = elsewhere(hotline, NEW_TICKET.format(place=32))
    page.goto(f"/console/tickets/{number}")
    live(page)
    dispatched = hotline.client.post(f"/api/v1/tickets/{number}/dispatch")
    assert dispatched.status_code == httpx.codes.OK, dispatched.text
    expect(page.locator(".orders")).to_contain_text("待签收", timeout=ARRIVES_WITHIN_MS)
    expect(page.locator("#headline")).to_contain_text("办理中")


def test_nothing_is_taken_from_under_the_hands_of_who_is_typing(
    hotline: Hotline, window: Window
) -> None:
    page = window.page
    number = elsewhere(hotline, NEW_TICKET.format(place=33))
    page.goto(f"/console/tickets/{number}")
    live(page)
    other = page.get_by_label("其他单位")
    other.fill("拉萨市公安局")
    expect(page.locator("#departments option").first).to_be_attached()
    hotline.client.post(f"/api/v1/tickets/{number}/dispatch")
    expect(page.get_by_text("这件工单刚有新变化")).to_be_visible(timeout=ARRIVES_WITHIN_MS)
    expect(other).to_have_value("拉萨市公安局")
    page.get_by_role("button", name="查看最新情况").click()
    expect(page.locator(".orders")).to_contain_text("待签收")


def test_a_page_finds_its_way_back_when_the_web_process_dies(
    hotline: Hotline, window: Window
) -> None:
    page = window.page
    web = hotline.process_named("serve")
    web.kill()
    expect(page.locator("#line")).to_contain_text("连接中断")
    number = elsewhere(hotline, NEW_TICKET.format(place=35))  # nobody listens just now
    expect(page.locator("#line")).to_have_class("live", timeout=BACK_WITHIN_MS)
    expect(page.locator(f'[data-key="{number}"]')).to_be_visible(timeout=BACK_WITHIN_MS)
    unforeseen = [fault for fault in window.faults if not LOST_LINE.search(fault)]
    assert unforeseen == []
    window.faults.clear()


def test_the_number_and_the_recording_are_had_for_a_reason(
    hotline: Hotline, window: Window
) -> None:
    page = window.page
    number = elsewhere(hotline, NEW_TICKET.format(place=34))
    page.goto(f"/console/tickets/{number}")
    page.get_by_text("查看号码").click()
    page.get_by_placeholder("核实事发地点").fill("核实地点")
    page.keyboard.press("Enter")
    expect(page.locator(".revealed")).to_contain_text("+8613900011034")
    page.get_by_text("听录音").click()
    page.get_by_placeholder("核对地点").fill("核对地点")
    page.keyboard.press("Enter")
    expect(page.locator("#audio")).to_be_visible()
    wait_for(lambda: heard(page, "duration") > 5, 10, "no sound")
    page.get_by_role("button", name="0:03").click()
    wait_for(lambda: heard(page, "currentTime") > 3, 10, "it does not play from there")
    expect(page.locator(".saying")).to_contain_text("晚上看不见路")


def heard(page: Page, what: str) -> float:
    # Not `wait_for_function`: it evaluates a string, which the pages' own rules forbid.
    return float(page.evaluate(f"document.getElementById('audio').{what} || 0"))


def test_a_first_visit_weighs_little(window: Window, capsys: pytest.CaptureFixture[str]) -> None:
    """512 kbit/s carries 64 KB in a second: signing in and the first list stay below it."""
    sizes: dict[str, int] = {}
    for answer in window.loaded:
        if "/stream" not in answer.url and answer.status == httpx.codes.OK:
            # What came from the cache counts below nothing: the file itself came before.
            size = answer.request.sizes()["responseBodySize"]
            sizes[answer.url] = max(size, sizes.get(answer.url, 0))
    scripts = sum(size for url, size in sizes.items() if url.endswith(".js"))
    with capsys.disabled():
        for url, size in sizes.items():
            print(
                f"\n  {size:6d} B  {url.partition('/console')[2] or url.rpartition('/')[2]}", end=""
            )
        print(f"\n  {sum(sizes.values())} B together, {scripts} B of script")
    assert scripts < 30_000
    assert sum(sizes.values()) < 64_000
