"""The list in Chromium: lines are chosen, and acted on together, without a mouse."""

import re
from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import Engine
from sqlmodel import Session, select

from dispatch.clustering import cluster_record
from dispatch.handling.orders import of_ticket
from dispatch.models import ProposalRow, Ticket
from dispatch.terms import Urgency
from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.clock import now
from hotline.core.db import transaction
from tests.console import readable
from tests.e2e.browser import Window, chromium
from tests.factories import create_ticket
from tests.served import served

PASSWORD = "list-test-word"  # noqa: S105  # of the account that this test makes
DESK, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=780)
PATIENT_MS = 60_000


def fill(session: Session) -> None:
    """Write five tickets with a proposal each, and a team lead."""
    for each in range(5):
        urgency = Urgency.URGENT if each == 3 else Urgency.NORMAL
        ticket = create_ticket(session, now=now(), urgency=urgency)
        row = ProposalRow(
            ticket_id=ticket.id, at=now(), department="540102-urban", confidence=0.9, body={}
        )
        session.add(row)
    accounts.create_account(session, "lists", PASSWORD, role=Role.TEAM_LEAD, now=now())


@pytest.fixture
def window(emptied: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    """A window in which a team lead looks at the list."""
    for module in ("hotline.api.stream", "hotline.web.access"):  # the stream reads by itself
        monkeypatch.setattr(f"{module}.transaction", partial(transaction, emptied))
    monkeypatch.setattr("hotline.api.stream.BEAT_S", 0.5)  # nothing wakes it here
    with transaction(emptied) as session:
        fill(session)
    with (
        served(emptied) as site,
        chromium() as browser,
        browser.new_context(base_url=site, locale="zh-CN", viewport=DESK) as context,
    ):
        context.set_default_timeout(PATIENT_MS)
        opened = Window(context.new_page()).watch()
        opened.page.goto("/console/")
        opened.page.get_by_label("用户名").fill("lists")
        opened.page.get_by_label("密码").fill(PASSWORD)
        opened.page.keyboard.press("Enter")
        expect(opened.page.locator("#line")).to_have_class("live", timeout=PATIENT_MS)
        yield opened


def chosen(page: Page) -> list[int]:
    """Return which lines are ticked, from the top."""
    ticks = page.locator("tbody [name=line]").all()
    return [at for at, each in enumerate(ticks) if each.is_checked()]


def test_lines_are_chosen_and_dispatched_by_keyboard(window: Window, engine: Engine) -> None:
    page, form = window.page, window.page.locator("#together")
    expect(form).to_be_hidden()
    for key in ("j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    assert chosen(page) == [0, 1, 2]
    expect(page.locator("#picked")).to_have_text("已选 3 件")
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    assert chosen(page) == []
    page.locator("tbody [name=line]").first.focus()
    for key in ("Space", "j", "x"):  # from a tick the keys lead on too
        page.keyboard.press(key)
    assert chosen(page) == [0, 1]
    assert readable.faults(page) == []
    page.get_by_label("派单", exact=True).check()
    expect(page.get_by_label("承办单位（不填则派给各自建议的单位）")).to_be_visible()
    page.get_by_role("button", name="批量办理").click()
    expect(page.get_by_role("heading", name="办好了 2 件")).to_be_visible()
    with transaction(engine) as session:
        held = [len(of_ticket(session, each)) for each in session.exec(select(Ticket))]
    assert sorted(held) == [0, 0, 0, 1, 1]
    page.get_by_role("link", name="回到列表").press("Enter")
    expect(page).to_have_url(re.compile("/console/$"))
    assert window.faults == []


def test_lines_are_merged_by_keyboard(window: Window, engine: Engine) -> None:
    page = window.page
    for key in ("j", "x", "j", "x", "b"):
        page.keyboard.press(key)
    expect(page.get_by_label("并单", exact=True)).to_be_checked()
    expect(page.get_by_label("为什么是同一件事")).to_be_focused()
    assert readable.faults(page) == []
    page.keyboard.type("同一路段")
    for key in ("Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name="办好了 2 件")).to_be_visible()
    expect(page.get_by_text("主工单")).to_be_visible()
    with transaction(engine) as session:
        merged = [cluster_record.of_ticket(session, each) for each in session.exec(select(Ticket))]
    assert len([each for each in merged if each]) == 2
    assert window.faults == []


def test_an_address_says_what_was_chosen_and_a_telephone_shows_it(window: Window) -> None:
    page = window.page
    page.set_viewport_size(PHONE)
    page.locator("#filter summary").click()
    page.get_by_role("checkbox", name="紧急", exact=True).check()
    page.get_by_role("combobox", name="事项").fill("城乡建设")
    assert readable.faults(page) == []
    page.locator(".conditions .main").click()
    expect(page).to_have_url(re.compile(r"/console/\?urgency=urgent&matter=[^&]+$"))
    expect(page.locator("tbody tr")).to_have_count(1)
    assert readable.faults(page) == []
    page.get_by_role("link", name="去掉条件：紧急").click()
    expect(page.locator("tbody tr")).to_have_count(5)
    assert window.faults == []


def test_nothing_moves_under_who_is_choosing_and_then_the_list_is_true(
    window: Window, engine: Engine
) -> None:
    page, note = window.page, window.page.locator("#changed")
    page.keyboard.press("j")
    page.keyboard.press("x")
    with transaction(engine) as session:
        number = create_ticket(session, now=now()).number
    expect(note).to_be_visible(timeout=PATIENT_MS)
    assert chosen(page) == [0]
    expect(page.locator("tbody tr")).to_have_count(5)
    page.keyboard.press("Escape")
    expect(page.locator(f'[data-key="{number}"]')).to_be_visible(timeout=PATIENT_MS)
    expect(note).to_be_hidden()
    expect(page.get_by_text("共 6 件")).to_be_visible(timeout=PATIENT_MS)
    assert window.faults == []
