"""Who is in one agent's shift: each in a browser window of their own, and a caller from before."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, expect
from sqlmodel import Session

from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.clock import now
from tests.e2e.browser import Window
from tests.e2e.conftest import Hotline, wait_for
from tests.e2e.desks import database_of
from tests.e2e.phone import Phone
from tests.e2e.test_pages import PASSWORD

BEFORE = "拉萨市城关区北京东路的路灯坏了，晚上看不见路，请派人来修。"


def appoint(hotline: Hotline, name: str, role: Role, *, department: str = "") -> None:
    """Make an account; `name` is what the pages call them too."""
    with database_of(hotline.data_dir) as engine, Session(engine) as session:
        account = accounts.create_account(session, name, PASSWORD, role=role, now=now())
        account.department = department
        session.commit()


@contextmanager
def window(hotline: Hotline, browser: Browser, name: str, first: str) -> Iterator[Page]:
    """Yield a page where they have signed in and come to `first`; no fault may show on it."""
    base = str(hotline.client.base_url)
    with browser.new_context(base_url=base, locale="zh-CN") as context:
        opened = Window(context.new_page()).watch()
        page = opened.page
        page.goto(first)
        page.get_by_label("用户名").fill(name)
        page.get_by_label("密码").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("#line")).to_have_class("live")
        expect(page).to_have_url(f"{base}{first}")
        yield page
        assert [each for each in opened.faults if "ERR_" not in each] == []


def asked_before(hotline: Hotline, number: str, folder: Path) -> str:
    """Let somebody ring and give up; return the number of the ticket that is written of it."""
    Phone(number=number).wait(0.3).hang_up().call(hotline.sip_port, folder)
    call = wait_for(lambda: _over(hotline, number), 20, "the call did not end")
    given = {"call_id": call["id"], "text": BEFORE}
    made = hotline.client.post("/api/v1/tickets", json=given)
    assert made.status_code == httpx.codes.CREATED, made.text
    return str(made.json()["number"])


def _over(hotline: Hotline, number: str) -> dict[str, Any]:
    calls = hotline.calls_of(number[-4:])
    return calls[0] if calls and calls[0]["ended_at"] else {}
