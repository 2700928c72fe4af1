"""One agent's shift, whole: a call becomes a ticket, its department replies, its caller rates it.

Everybody works in a real browser, the caller and their callback are real SIP calls.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from hotline.core.accounts import Role
from tests.e2e import phone
from tests.e2e.caller_at_will import Caller, calling
from tests.e2e.conftest import Hotline, wait_for
from tests.e2e.ears import AGENT_HZ
from tests.e2e.headset_scene import SOON_MS, is_now
from tests.e2e.phone import Callee, finish, free_udp_port
from tests.e2e.seated import with_microphone
from tests.e2e.shift_desk import REPLY, accepts, asks, contacts, replies, signed_in, signs
from tests.e2e.shift_people import appoint, asked_before, window
from tests.e2e.test_callbacks import pressing
from tests.e2e.test_headset_calls import SAID, SPEECH
from tests.e2e.voices import seconds_of

pytestmark = pytest.mark.e2e

NUMBER = "13900000181"
AGENT, LEAD = "shift-agent", "shift-lead"
HANDLER, LEADER = "shift-handler", "shift-leader"
WHOLE_S = 900  # no telephone gives up earlier, however slow the machine
# The digit of each field whose suggestion is taken, and what the words of the lamp make of it.
TAKEN = {
    1: ("summary", SAID),
    2: ("title", SAID),
    3: ("request_type", re.compile(".")),
    4: ("district", re.compile("城关区")),
    6: ("matter", re.compile("/")),
    7: ("department", re.compile("局|委|办|中心|公司")),
}


@dataclass
class Shift:
    """The agent's page, the lead's board, and what has come of the call so far."""

    site: Hotline
    page: Page
    board: Page
    earlier: str
    asked: int  # how many the board says had asked for a person today
    call: str = ""
    ticket: str = ""

    def now(self) -> dict[str, Any]:
        return self.site.get(f"/tickets/{self.ticket}")

    def told(self, kind: str) -> dict[str, Any]:
        """Return what the call's history says of the one event of this type."""
        history = self.site.get(f"/calls/{self.call}")["history"]
        (found,) = [each["refs"] for each in history if each["type"] == kind]
        return dict(found)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with with_microphone(tmp_path_factory.mktemp("microphone")) as running:
        yield running


@pytest.fixture
def shift(ringing: Hotline, browser: Browser, tmp_path: Path) -> Iterator[Shift]:
    """A shift that begins: the board hangs, the agent is ready, somebody rang before it."""
    wait_for(ringing.ready, 60, "not all is well")
    earlier = asked_before(ringing, NUMBER, tmp_path)
    for name, role in ((AGENT, Role.AGENT), (LEAD, Role.TEAM_LEAD)):
        appoint(ringing, name, role)
    with (
        window(ringing, browser, LEAD, "/wallboard/") as board,
        window(ringing, browser, AGENT, "/console/") as page,
        seated(page),
    ):
        yield Shift(ringing, page, board, earlier, asked_today(board))


@contextmanager
def seated(page: Page) -> Iterator[None]:
    """Take the seat at the browser, and leave it again."""
    page.locator("#cb-place").click()
    page.get_by_label("浏览器，用耳机").check()
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#cb-place")).to_contain_text("浏览器")
    page.keyboard.press("Alt+i")
    is_now(page, "空闲")
    expect(page.locator("#seat-sound")).to_have_text("耳机就绪", timeout=SOON_MS)
    try:
        yield
    finally:
        if page.locator("#cb-wrap_up").is_visible():  # what a failed test has not written down
            page.locator("#cb-wrap_up").click()
        page.get_by_role("button", name="签出").click()
    is_now(page, "未签入")


def test_one_agents_shift(
    shift: Shift, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phone, "SIPP_WITHIN_S", WHOLE_S)
    port = free_udp_port()
    with calling(shift.site.sip_port, NUMBER, port, SPEECH, tmp_path) as caller:
        answers(shift, caller)
        hears_the_words(shift, caller)
        takes_suggestions(shift)
        reads_an_article_out(shift)
        registers_and_dispatches(shift)
        caller.hang_up()
    wraps_up(shift)
    is_handled(shift, browser)
    is_rated(shift, Callee(number=NUMBER, port=port), tmp_path)


def is_handled(shift: Shift, browser: Browser) -> None:
    """The department accepts, asks, replies; its leader signs, as this site's policy wants it."""
    page, ticket = shift.page, shift.now()
    order, unit = ticket["orders"][0]["number"], ticket["orders"][0]["department"]["code"]
    for name, role in ((HANDLER, Role.HANDLER), (LEADER, Role.LEADER)):
        appoint(shift.site, name, role, department=unit)
    page.goto(f"/console/tickets/{shift.ticket}")
    with (
        signed_in(shift.site, ticket["district"]),
        window(shift.site, browser, HANDLER, "/portal/") as desk,
        window(shift.site, browser, LEADER, "/portal/") as leader,
    ):
        accepts(page, desk, order)
        asks(page, desk)
        contacts(desk)
        replies(desk)
        signs(page, desk, leader, order)


def asked_today(board: Page) -> int:
    """Return how many callers the board says have asked for a person today."""
    found = re.search(r"/ (\d+)", in_time(board).inner_text())
    assert found
    return int(found[1])


def in_time(board: Page) -> Locator:
    return board.locator(".tile", has_text="15 秒接通率").locator(".beside")


def answers(shift: Shift, caller: Caller) -> None:
    """来电弹屏 with the caller's history; Alt+A; the board shows that they talk."""
    page, board = shift.page, shift.board
    is_now(page, "来电")
    expect(page.locator(".pop")).to_contain_text("第 2 次来电")
    expect(page.locator(".pop")).to_contain_text(shift.earlier)
    page.keyboard.press("Alt+a")
    is_now(page, "通话中")
    shift.call = str(page.locator(".call-state").get_attribute("data-call"))
    wait_for(lambda: seconds_of(caller.speaker.heard(), AGENT_HZ) > 0.5, 60, "nobody is heard")
    expect(in_time(board)).to_contain_text(f"/ {shift.asked + 1} 个")
    expect(board.locator(f'.running [data-key="{shift.call}"]')).to_contain_text(AGENT)


def hears_the_words(shift: Shift, caller: Caller) -> None:
    """The words come into the bar; Alt+F opens the form over the page, and they stand there."""
    page = shift.page
    caller.speaker.say()
    expect(words(page, "#call-words").first).to_be_visible(timeout=2 * SOON_MS)
    page.keyboard.press("Alt+f")
    expect(page.locator("#df-summary")).to_be_focused()
    expect(words(page, ".desk-heard [data-words]").first).to_be_visible()
    wait_for(caller.speaker.done.is_set, 60, "they speak on and on")
    growing = page.locator(".desk-heard li.saying", has_text="来电人")
    expect(growing).to_have_count(0, timeout=SOON_MS)


def words(page: Page, place: str) -> Locator:
    return page.locator(f"{place} li", has_text="来电人").filter(has_text=SAID)


def takes_suggestions(shift: Shift) -> None:
    """采纳 by digits; the caller's earlier ticket is offered beside the form."""
    page = shift.page
    for digit, (name, value) in TAKEN.items():
        expect(page.locator(f'.desk [aria-keyshortcuts="Alt+{digit}"]')).to_be_visible()
        page.keyboard.press(f"Alt+{digit}")
        expect(page.locator(f"#df-{name}")).to_have_value(value)
    expect(page.locator(".saved")).to_contain_text("已保存")
    alike = page.locator(".alike li", has_text=shift.earlier)
    expect(alike).to_be_visible()
    expect(alike.get_by_role("button")).to_contain_text("催办")


def reads_an_article_out(shift: Shift) -> None:
    """读出 by Alt+V: its words stand large, and the call's history knows it."""
    page = shift.page
    first = page.locator(".desk-answers .answer").first
    expect(first).to_contain_text("路灯")
    page.keyboard.press("Alt+v")
    expect(page.locator(".desk-answers .reading .read-out").first).to_be_visible()
    assert shift.told("article.read_out")["article"]


def registers_and_dispatches(shift: Shift) -> None:
    """登记并派单 by Alt+D, to the department that stands in the form."""
    page = shift.page
    department = page.locator("#df-department").input_value()
    page.keyboard.press("Alt+d")
    expect(page.locator(".made .chip")).to_have_text("办理中")
    shift.ticket = page.locator(".made-number a").inner_text()
    assert shift.ticket != shift.earlier
    ticket = shift.now()
    assert SAID.search(ticket["text"])
    (order,) = ticket["orders"]
    assert order["department"]["name"] == department
    assert shift.site.get(f"/calls/{shift.call}")["ticket"] == shift.ticket
    page.keyboard.press("Escape")
    expect(page.locator(".desk")).to_have_count(0)


def wraps_up(shift: Shift) -> None:
    """话后小结: the code stands for what came of the call; Alt+W ends it."""
    page = shift.page
    is_now(page, "话后处理")
    expect(page.locator("#cb-code")).to_have_value("registered")
    page.keyboard.press("Alt+w")
    is_now(page, "空闲")
    assert shift.told("call.wrapped_up")["code"] == "registered"
    call = shift.site.get(f"/calls/{shift.call}")
    assert (call["agent"], call["end_reason"]) == (AGENT, "caller_hung_up")
    expect(shift.board.locator(f'.running [data-key="{shift.call}"]')).to_have_count(0)


def is_rated(shift: Shift, telephone: Callee, folder: Path) -> None:
    """审核, 回访, 评价: the machine rings the caller's own telephone, and the ticket is closed."""
    page = shift.page
    expect(page.locator(".orders")).to_contain_text(REPLY, timeout=SOON_MS)
    rung = pressing(telephone, "1", "1", "5").until_hung_up().listen(folder)
    page.get_by_role("button", name="审核通过，办结").click()
    expect(page.locator("#headline")).to_contain_text(re.compile("待回访|已办结"))
    finish(rung)
    expect(page.locator("#headline")).to_contain_text("已办结", timeout=SOON_MS)
    expect(page.locator(".story")).to_contain_text("非常满意")
    ticket = shift.now()
    assert (ticket["status"], ticket["rating"]) == ("closed", 5)
    (callback,) = ticket["callbacks"]
    assert [each["outcome"] for each in callback["tried"]] == ["completed"]
