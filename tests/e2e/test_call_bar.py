"""通话条: a whole call by keys alone, in a real browser, with a real caller on the line."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import Hotline, wait_for
from tests.e2e.phone import Phone, finish
from tests.e2e.seated import new_agent, signed_in, with_microphone

pytestmark = pytest.mark.e2e

AGENT = "keyboard"
CALLER_HZ = 600.0
RINGS = 20
# When the page showed who rings, by its own clock, which is the hotline's.
NOTE_POPS = "window.pops = []; document.addEventListener('pop', () => pops.push(Date.now()))"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with with_microphone(tmp_path_factory.mktemp("microphone")) as running:
        yield running


@pytest.fixture(scope="module")
def page(hotline: Hotline, browser: Browser) -> Iterator[Page]:
    """The console of an agent who talks through the browser and takes calls."""
    new_agent(hotline, AGENT)
    with signed_in(hotline, browser, AGENT) as window:
        page = window.page
        page.locator("#cb-place").click()
        page.get_by_label("浏览器，用耳机").check()
        page.get_by_role("button", name="保存").click()
        expect(page.locator("#cb-place")).to_contain_text("浏览器")
        page.keyboard.press("Alt+i")
        expect(seat(page)).to_contain_text("空闲")
        expect(page.locator("#seat-sound")).to_have_text("耳机就绪", timeout=60_000)
        yield page
        page.get_by_role("button", name="签出").click()
        expect(seat(page)).to_contain_text("未签入")
        faults = [each for each in window.faults if "ERR_" not in each]
        assert faults == []


def seat(page: Page) -> Locator:
    return page.locator(".seat-now b")


@pytest.mark.soak
def test_who_rings_is_on_the_page_at_once(hotline: Hotline, page: Page, tmp_path: Path) -> None:
    page.evaluate(NOTE_POPS)
    late_ms: list[float] = []
    for ring in range(RINGS):
        number = f"139000001{ring:02d}"
        running = Phone(number=number).wait(1.5).hang_up().dial(hotline.sip_port, tmp_path)
        wait_for(lambda: page.evaluate("pops.length") > len(late_ms), 15, "no pop")
        finish(running)
        expect(seat(page)).to_have_text("空闲", timeout=60_000)
        (call,) = hotline.calls_of(number[-4:])
        late_ms.append(page.evaluate("pops.at(-1)") - rung_at(hotline, call["id"]))
    middle, high = np.percentile(late_ms, [50, 95])
    print(f"ring to screen-pop: {middle:.0f} ms, 95 %: {high:.0f} ms, {sorted(late_ms)}")
    assert len(late_ms) == RINGS  # each ring popped; how fast, the figures say


def rung_at(hotline: Hotline, call_id: str) -> float:
    """Return when the seat was rung, in milliseconds since 1970."""
    history = hotline.get(f"/calls/{call_id}")["history"]
    offered = next(each for each in history if each["type"] == "call.offered")
    return datetime.fromisoformat(offered["at"]).timestamp() * 1000
