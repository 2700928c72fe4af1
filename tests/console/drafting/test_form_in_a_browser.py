"""The form in Chromium: what was kept is not undone by an answer that was overtaken."""

from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import APIResponse, Route, expect
from sqlalchemy import Engine

from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.clock import now as clock
from hotline.core.db import transaction
from tests.api import calls_scene as scene
from tests.console.drafting.conftest import SAID, say
from tests.e2e.browser import Window, chromium
from tests.served import served

AGENT, PASSWORD = "agent-1", "a-long-secret-word"  # of this test's account
PATIENT_MS = 60_000


@pytest.fixture
def form(emptied: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    """The form of a call that is talked on, before the agent who has it."""
    for module in ("hotline.api.stream", "hotline.web.access"):  # the stream reads by itself
        monkeypatch.setattr(f"{module}.transaction", partial(transaction, emptied))
    at = clock()
    with transaction(emptied) as session:
        accounts.create_account(
            session, AGENT, PASSWORD, role=Role.AGENT, display_name="话务员 01", now=at
        )
        call = scene.caller(session, at)
        scene.talking(session, scene.seat_of(session, AGENT, at), call, at)
        say(session, call, *SAID)
        address = f"/console/calls/{call.id}/form"
    with (
        served(emptied) as site,
        chromium() as browser,
        browser.new_context(base_url=site, locale="zh-CN") as context,
    ):
        context.set_default_timeout(PATIENT_MS)
        opened = Window(context.new_page()).watch()
        opened.page.goto("/console/sign-in")
        opened.page.get_by_label("用户名").fill(AGENT)
        opened.page.get_by_label("密码").fill(PASSWORD)
        opened.page.keyboard.press("Enter")
        opened.page.wait_for_selector("header.top")
        opened.page.goto(address)
        yield opened


def test_an_answer_that_was_overtaken_undoes_nothing(form: Window) -> None:
    page = form.page
    kind = page.locator("#df-request_type")
    expect(page.locator('.desk [aria-keyshortcuts="Alt+3"]')).to_be_visible(timeout=PATIENT_MS)
    expect(kind).to_have_value("")
    overtaken: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        if overtaken:
            route.continue_()
        else:
            overtaken.append((route, route.fetch()))

    page.route("**/form/state", hold)
    with page.expect_request("**/form/state"):
        page.locator("#df-summary").fill("路灯坏了一个星期")  # kept; then the state is asked for
    page.keyboard.press("Alt+3")
    expect(kind).not_to_have_value("", timeout=PATIENT_MS)
    taken = kind.input_value()
    ((route, answer),) = overtaken
    with page.expect_request("**/form/state"):  # asked again, for the first one tells too little
        route.fulfill(response=answer)
    expect(kind).to_have_value(taken)
