"""推演 in Chromium: a supervisor asks what another rule would have done, and reads the answer."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import Engine
from sqlmodel import col, select

from dispatch.replays import jobs
from dispatch.replays.models_replays import Replay
from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.clock import BEIJING, beijing_day, now
from hotline.core.db import transaction
from tests.console import readable
from tests.dispatch.replays.scene import DAY, answered, measured, sent
from tests.e2e.browser import Window, chromium
from tests.served import served

DESK, PHONE = ViewportSize(width=1366, height=768), ViewportSize(width=390, height=844)
PASSWORD = "secret-word"  # noqa: S105  # of an account that this test alone sees
REPLAYS = "/console/replays"


@pytest.fixture
def window(emptied: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    """A window in which a supervisor has signed in, on a site with orders of three weeks ago."""
    for module in ("hotline.api.stream", "hotline.web.access"):  # the stream reads by itself
        monkeypatch.setattr(f"{module}.transaction", partial(transaction, emptied))
    with transaction(emptied) as session:
        accounts.create_account(session, "chief", PASSWORD, role=Role.SUPERVISOR, now=now())
        began = datetime.combine(beijing_day(now() - 21 * DAY), time(10), BEIJING)
        for hours in (1, 30, 24 * 9):
            answered(session, sent(session, began), began + timedelta(hours=hours))
        measured(session, now())
    with served(emptied) as site, chromium() as browser:
        yield signed_in(browser.new_page(base_url=site, locale="zh-CN", viewport=DESK))


def signed_in(page: Page) -> Window:
    opened = Window(page).watch()
    page.goto(REPLAYS)
    page.get_by_label("用户名").fill("chief")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="新推演")).to_be_visible()
    return opened


def looked_at(page: Page, folder: Path, what: str) -> None:
    """Find nothing wrong with the page at a desk or on a telephone."""
    for size, name in ((PHONE, "phone"), (DESK, "desk")):
        page.set_viewport_size(size)
        page.screenshot(path=folder / f"{what}-{name}.png", full_page=True, animations="disabled")
        assert readable.faults(page) == [], (what, name)


def done(engine: Engine) -> None:
    """Let the worker do the newest replay to its end."""
    with transaction(engine) as session:
        newest = session.exec(select(Replay.id).order_by(col(Replay.id).desc())).first()
    jobs.run(lambda: transaction(engine), newest or 0, clock=now, more=lambda: True)


def test_a_supervisor_asks_for_other_limits_and_reads_which_orders_flip(
    window: Window, emptied: Engine, tmp_path: Path
) -> None:
    page, first = window.page, beijing_day(now() - 21 * DAY)
    page.get_by_role("link", name="新推演").click()
    looked_at(page, tmp_path, "form")
    page.get_by_label("名称").fill("从登记起二十四小时答复")
    page.get_by_label("从", exact=True).fill(first.isoformat())
    page.get_by_label("到", exact=True).fill(first.isoformat())
    page.get_by_label("答复时限，求助", exact=True).fill("很快")
    page.get_by_label("起算：答复时限，求助").select_option(label="从登记起算")
    page.get_by_label("改动的日子").fill(f"540100 {first} 休息 试算")
    for name, weight in (("响应率", "20"), ("解决率", "40"), ("满意率", "40")):
        page.get_by_label(name).fill(weight)
    page.get_by_label("自动派单门槛（文字）").fill("0.8")
    page.get_by_label("自动派单门槛（语音）").fill("0.9")
    page.get_by_role("button", name="开始推演").click()
    expect(page.get_by_role("alert")).to_contain_text("期限写法不对")
    looked_at(page, tmp_path, "refused")
    expect(page.get_by_label("起算：答复时限，求助")).to_have_value("registered")
    page.get_by_label("答复时限，求助", exact=True).fill("24h")
    page.get_by_role("button", name="开始推演").click()
    expect(page.locator(".chip")).to_have_text("排队")
    looked_at(page, tmp_path, "queued")
    done(emptied)
    page.get_by_role("link", name="刷新进度").click()
    expect(page.get_by_text("改为：24 小时，从登记起算")).to_be_visible()
    for said in ("随系统附带的模型", "改为休息（试算）", "没有可比的派单结果"):
        expect(page.get_by_text(said)).to_be_visible()
    looked_at(page, tmp_path, "done")
    page.get_by_role("link", name="按期办结率 转差 2").first.click()
    expect(page.locator("tbody tr")).to_have_count(2)
    looked_at(page, tmp_path, "findings")
    assert [each for each in window.faults if "422" not in each] == []
