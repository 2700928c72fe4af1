"""The floor's pages in Chromium: on a wall, at a desk and on a telephone, by the keyboard."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import Engine

from hotline.core.clock import now
from hotline.core.db import transaction
from telephony import shifts
from tests.api import calls_scene as scene
from tests.console import readable
from tests.e2e import demo_floor
from tests.e2e.browser import Window, chromium
from tests.e2e.conftest import wait_for
from tests.served import served

WALL = ViewportSize(width=1920, height=1080)
DESK = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=360, height=740)
PAGES = {"Q": "queue", "S": "shifts", "T": "telephones"}
# 1920 px on a screen of 1.2 m: 28 px are 17 mm, of which a Chinese character fills most.
READ_FROM_AFAR_PX = 28
PATIENT_MS = 60_000
NOTE_EVENTS = """() => {
  window.told = [];
  document.addEventListener("htmx:sseMessage", (message) => told.push(message.detail.type));
}"""
# What the browser and htmx say of the one request that the test cuts off.
CUT_OFF = re.compile(r"net::ERR_FAILED|^htmx:(afterRequest|sendError), ")


@pytest.fixture
def window(emptied: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    """A window on a site in a rush, in which a team lead has signed in."""
    for module in ("hotline.api.stream", "hotline.web.access"):  # the stream reads by itself
        monkeypatch.setattr(f"{module}.transaction", partial(transaction, emptied))
    monkeypatch.setattr("hotline.api.stream.QUIET_S", 0.5)  # nothing wakes it here
    with transaction(emptied) as session:
        demo_floor.fill(session, at=now())
    with served(emptied) as site, chromium() as browser:
        yield from _signed_in(browser, site)


def _signed_in(browser: Browser, site: str) -> Iterator[Window]:
    with browser.new_context(base_url=site, locale="zh-CN", viewport=WALL) as context:
        context.set_default_timeout(PATIENT_MS)
        opened = Window(context.new_page()).watch()
        page = opened.page
        page.clock.install()
        page.goto("/wallboard/")
        page.get_by_label("用户名").fill(demo_floor.LEAD.name)
        page.get_by_label("密码").fill(demo_floor.PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator(".board")).to_be_visible(timeout=PATIENT_MS)
        yield opened


def figure(page: Page, title: str) -> str:
    tile = page.locator(".tile").filter(has=page.get_by_role("heading", name=title, exact=True))
    return tile.locator(".figure").inner_text()


def test_a_lead_s_pages_are_read_and_worked_by_keyboard(
    window: Window, engine: Engine, tmp_path: Path
) -> None:
    page = window.page
    _wall(page, engine, tmp_path)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        for key, name in PAGES.items():
            page.set_viewport_size(DESK)
            page.keyboard.press("g")
            page.keyboard.press(key.lower())
            expect(page).to_have_url(re.compile(f"/console/{name}$"), timeout=PATIENT_MS)
            expect(page.locator("#line")).to_have_class("live", timeout=PATIENT_MS)
            _looked_at(page, tmp_path / f"{name}-{theme}.png", f"{name} {theme}")
            page.set_viewport_size(PHONE)
            _looked_at(page, tmp_path / f"{name}-{theme}-phone.png", f"{name} {theme} phone")
            page.set_viewport_size(DESK)
    _worked(page, engine)
    assert [each for each in window.faults if not CUT_OFF.search(each)] == []


def _wall(page: Page, engine: Engine, folder: Path) -> None:
    """See that the board is legible, follows the floor, and says when it is stale."""
    expect(page.locator("#fresh")).to_contain_text("数据时间")
    assert (figure(page, "正在排队"), figure(page, "待回拨")) == ("3", "3")
    _looked_at(page, folder / "wallboard.png", "wallboard", whole=False)
    assert readable.too_small(page, READ_FROM_AFAR_PX) == []
    assert page.evaluate("document.documentElement.scrollHeight") <= WALL["height"]
    page.evaluate(NOTE_EVENTS)
    with transaction(engine) as session:
        scene.waiting(session, now(), "13900600001")
    wait_for(lambda: "call.queued" in page.evaluate("told"), 60, "the stream told nothing")
    waiting = page.locator(".tile").first.locator(".figure")
    expect(waiting).to_have_text("4", timeout=PATIENT_MS)
    page.route("**/wallboard/board", lambda route: route.abort())
    page.clock.fast_forward(45_000)
    expect(page.locator("body.stale #fresh")).to_contain_text("秒没有更新", timeout=PATIENT_MS)
    page.screenshot(path=folder / "wallboard-stale.png")
    page.unroute("**/wallboard/board")


def _looked_at(page: Page, path: Path, what: str, *, whole: bool = True) -> None:
    page.screenshot(path=path, full_page=whole, animations="disabled")
    assert readable.faults(page) == [], what


def _worked(page: Page, engine: Engine) -> None:
    """Put somebody down for a shift, and leave a note, by the keyboard alone."""
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.get_by_label("要交给下一班的事").focus()
    page.keyboard.type("键盘写下的交接 <b>x</b>")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".notes-list li").first).to_contain_text("键盘写下的交接 <b>x</b>")
    with transaction(engine) as session:
        assert shifts.text_of(shifts.notes(session)[0]) == "键盘写下的交接 <b>x</b>"
    page.keyboard.press("g")
    page.keyboard.press("q")
    expect(page).to_have_url(re.compile("/console/queue$"), timeout=PATIENT_MS)
    expect(page.locator("#line")).to_have_class("live", timeout=PATIENT_MS)
    page.keyboard.press("j")
    expect(page.locator(".step").first).to_be_focused()
