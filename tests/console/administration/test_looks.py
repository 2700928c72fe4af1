"""系统管理 in Chromium: read at a desk and on a telephone at night, opened by its key."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import Engine

from dispatch.handling import dispatching
from dispatch.handling.orders import Assignment
from hotline.core import accounts, keys
from hotline.core.accounts import MACHINE, Role
from hotline.core.clock import now
from hotline.core.db import transaction
from tests.console import readable
from tests.console.administration.conftest import HOME
from tests.e2e.browser import Window, chromium
from tests.factories import create_ticket
from tests.served import served

DESK, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=844)
PASSWORD = "secret-word"  # noqa: S105  # of an account that this test alone sees
NOTICE = (
    "layer,date,kind,name,notice,publisher,issued,found_at\n"
    "540100,2031-02-30,off,藏历新年,测试通知,,,\n"
)
PATIENT_MS = 60_000


@pytest.fixture
def window(emptied: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    """A window on a site with a department at work, in which an administrator has signed in."""
    for module in ("hotline.api.stream", "hotline.web.access"):  # the stream reads by itself
        monkeypatch.setattr(f"{module}.transaction", partial(transaction, emptied))
    with transaction(emptied) as session:
        boss = accounts.create_account(
            session, "boss", PASSWORD, role=Role.ADMINISTRATOR, display_name="管理员", now=now()
        )
        keys.issue_key(
            session, "540102-urban", "测试系统", ["orders.read"], actor=MACHINE, now=now()
        )
        ticket = create_ticket(session, now=now())
        urban = [Assignment("540102-urban")]
        dispatching.dispatch(session, ticket, urban, actor=MACHINE, now=now())
        number, name = ticket.number, boss.username
    with served(emptied) as site, chromium() as browser:
        yield from signed_in(browser, site, name, number)


def signed_in(browser: Browser, site: str, name: str, number: str) -> Iterator[Window]:
    with browser.new_context(base_url=site, locale="zh-CN", viewport=DESK) as context:
        context.set_default_timeout(PATIENT_MS)
        opened = Window(context.new_page()).watch()
        opened.page.goto(f"{HOME}/?about={number}")
        opened.page.get_by_label("用户名").fill(name)
        opened.page.get_by_label("密码").fill(PASSWORD)
        opened.page.keyboard.press("Enter")
        expect(opened.page.locator(".hub").first).to_be_visible(timeout=PATIENT_MS)
        yield opened


def pages(number: str) -> dict[str, str]:
    return {
        "hub": "/",
        "staff": "/staff",
        "person": "/staff/boss",
        "staff-sheet": "/staff-sheet",
        "departments": "/departments",
        "department": "/departments/540102-urban",
        "catalogue": "/catalogue",
        "cell": "/catalogue/0101/540102",
        "faults": "/catalogue/faults",
        "calendars": "/calendars",
        "limits": "/limits",
        "audit": "/audit",
        "people": "/people",
        "file": f"/people/{number}",
        "do-not-call": "/do-not-call",
    }


def looked_at(page: Page, folder: Path, what: str) -> None:
    page.screenshot(path=folder / f"{what}.png", full_page=True, animations="disabled")
    assert readable.faults(page) == [], what


def test_every_page_is_read_at_a_desk_and_on_a_telephone(window: Window, tmp_path: Path) -> None:
    page = window.page
    number = page.url.partition("about=")[2]
    for name, path in pages(number).items():
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(DESK)
        page.goto(f"{HOME}{path}")
        looked_at(page, tmp_path, f"{name}-light-desk")
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size(PHONE)
        looked_at(page, tmp_path, f"{name}-dark-phone")
    page.keyboard.press("g")
    page.keyboard.press("a")
    expect(page).to_have_url(re.compile(f"{HOME}/$"), timeout=PATIENT_MS)
    sheet_is_refused_and_kept(page, tmp_path)
    assert [each for each in window.faults if "422" not in each] == []


def sheet_is_refused_and_kept(page: Page, folder: Path) -> None:
    """Paste a bad notice and see it named, still there to be mended."""
    page.goto(f"{HOME}/calendars")
    page.get_by_text("导入放假通知").click()
    page.get_by_label("或在这里粘贴").fill(NOTICE)
    page.get_by_role("button", name="预演").click()
    expect(page.locator(".bad")).to_contain_text("“2031-02-30”不是日期", timeout=PATIENT_MS)
    looked_at(page, folder, "bad-dark-phone")
    expect(page.get_by_label("或在这里粘贴")).to_have_value(NOTICE)
    page.get_by_label("或在这里粘贴").fill(NOTICE.replace("-30", "-03"))
    page.get_by_role("button", name="预演").click()
    expect(page.get_by_role("button", name="正式生效")).to_be_visible(timeout=PATIENT_MS)
    page.set_viewport_size(DESK)
    looked_at(page, folder, "previewed-dark-desk")
