"""浏览器坐席: a real browser's microphone and headset, through the audio door, whoever dies."""

import time
from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from hotline.web.assets import asset
from tests.e2e.conftest import Hotline, wait_for
from tests.e2e.seated import (
    FRAME,
    HEARD_HZ,
    LISTEN,
    LOUDEST,
    RATE,
    SIT_DOWN,
    SPOKEN_HZ,
    TICK_S,
    Caller,
    new_agent,
    signed_in,
    sine,
    sit_down,
    talking,
    with_microphone,
)

pytestmark = pytest.mark.e2e

AGAIN_S = 5
CLICKS = 20

WITHOUT_MICROPHONE = """() => {
  const devices = navigator.mediaDevices, real = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async () => { throw new DOMException("none", "NotFoundError"); };
  window.given = () => { devices.getUserMedia = real; };
}"""
LOOP = """() => {
  seat.source.disconnect();
  seat.headset.connect(seat.microphone);
}"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with with_microphone(tmp_path_factory.mktemp("microphone")) as running:
        yield running


@pytest.fixture(scope="module")
def seat(hotline: Hotline) -> int:
    return new_agent(hotline, "headset")


@pytest.fixture
def page(hotline: Hotline, browser: Browser, seat: int) -> Iterator[Page]:
    assert seat
    with signed_in(hotline, browser, "headset") as window:
        yield window.page
        assert [each for each in window.faults if "Content Security" in each] == []


@pytest.fixture
def caller(hotline: Hotline, seat: int) -> Iterator[Caller]:
    with talking(hotline, seat, f"call-{time.monotonic_ns()}") as made:
        yield made


def both_hear(page: Page, caller: Caller) -> bool:
    """Return whether agent and caller hear each other's tone now."""
    if len(caller.says) < RATE:
        caller.say(sine(HEARD_HZ, RATE, 10))
    return caller.hears(SPOKEN_HZ) and abs(page.evaluate(LOUDEST) - HEARD_HZ) < 25


def ticked(caller: Caller, ticks: int) -> bool:
    """Return whether the caller's end has drawn so many frames, heard or not."""
    return len(caller.heard) >= ticks


@pytest.mark.soak
def test_how_late_one_is_heard(page: Page, caller: Caller) -> None:
    sit_down(page)
    wait_for(lambda: caller.audio.connected, 10, "no browser")
    page.evaluate(LOOP)
    trips = []
    for _ in range(CLICKS):
        caller.say(np.zeros(FRAME * 40, "<i2"))
        wait_for(lambda: not caller.says, 5, "not said")
        said = time.monotonic()
        caller.say(sine(1000, RATE, TICK_S * 3) * 2)
        came = wait_for(partial(heard_loud, caller, said), 5, "no echo")
        trips.append(1000 * (came - said))
    low, middle, high = np.percentile(trips, [5, 50, 95])
    print(
        f"there and back {middle:.0f} ms (5 % {low:.0f}, 95 % {high:.0f}): one way {middle / 2:.0f}"
    )
    assert len(trips) == CLICKS  # each was heard; how late, the figures say


def heard_loud(caller: Caller, since: float) -> float:
    """Return when the caller heard something loud since then; 0 for not yet."""
    for moment, sound in list(caller.heard[-200:]):
        if moment > since and sound and np.abs(np.frombuffer(sound, "<i2")).max() > 2000:
            return moment
    return 0


def test_a_door_that_is_killed_is_back_with_everybody_in_it(
    hotline: Hotline, page: Page, caller: Caller
) -> None:
    sit_down(page)
    wait_for(lambda: both_hear(page, caller), 10, "not both heard")
    began = time.monotonic()
    hotline.process_named("seats").kill()
    wait_for(lambda: not caller.audio.connected, 5, "the door did not die")
    wait_for(lambda: both_hear(page, caller), 2 * AGAIN_S, "not heard again")
    print(f"door killed: the caller heard nothing for {caller.silence_s(began):.1f} s")
    assert "away" in page.evaluate("states")


def test_a_line_that_falls_silent_is_given_up_and_made_anew(
    hotline: Hotline, page: Page, caller: Caller
) -> None:
    sit_down(page)
    wait_for(lambda: both_hear(page, caller), 10, "not both heard")
    door = hotline.process_named("seats")
    tried: list[str] = []
    page.on("websocket", lambda line: tried.append(line.url))
    door.suspend()  # as a network that is gone: nothing is refused, nothing comes
    try:
        wait_for(lambda: page.evaluate("seat.state") == "away", 8, "not noticed")
        wait_for(lambda: page.evaluate("seat.state") and tried, AGAIN_S, "not tried again")
    finally:
        door.resume()
    began = time.monotonic()
    wait_for(lambda: both_hear(page, caller), AGAIN_S, "not heard again")
    print(f"silent line: both hear each other {time.monotonic() - began:.1f} s after it is back")


def test_no_other_process_that_is_killed_cuts_anybody_off(
    hotline: Hotline, page: Page, caller: Caller
) -> None:
    sit_down(page)
    wait_for(lambda: both_hear(page, caller), 10, "not both heard")
    states = page.evaluate("states.length")
    for name in ("switch", "serve"):
        hotline.process_named(name).kill()
        for _ in range(5):
            wait_for(partial(ticked, caller, len(caller.heard) + 15), 5, "no time passes")
            wait_for(lambda: both_hear(page, caller), 2, f"cut off by the end of {name}")
    assert page.evaluate("states.length") == states
    wait_for(hotline.ready, 60, "not well again")


def test_another_page_of_the_agents_waits_and_takes_over(page: Page, caller: Caller) -> None:
    sit_down(page)
    wait_for(lambda: both_hear(page, caller), 10, "not both heard")
    other = page.context.new_page()
    other.goto("/console/")
    other.evaluate(
        """async ([module, worklet]) => {
      const { Seat } = await import(module);
      window.seat = new Seat({ worklet });
      seat.open();
    }""",
        [asset("seat.js"), asset("seat-worklet.js")],
    )
    assert other.evaluate("seat.state") == "elsewhere"
    assert page.evaluate("seat.state") == "talking"
    other.evaluate("seat.take()")
    wait_for(lambda: other.evaluate("seat.state") == "talking", 10, "not taken over")
    wait_for(lambda: page.evaluate("seat.state") == "elsewhere", 5, "two at once")
    other.close()
    wait_for(lambda: page.evaluate("seat.state") == "talking", 10, "nobody took over")


def test_without_a_microphone_the_agent_still_hears_and_is_told(page: Page, caller: Caller) -> None:
    page.evaluate(WITHOUT_MICROPHONE)
    page.evaluate(SIT_DOWN, [asset("seat.js"), asset("seat-worklet.js")])
    wait_for(lambda: page.evaluate("seat.state") == "microphone", 10, "not told")
    wait_for(lambda: caller.audio.connected, 10, "no line")
    page.evaluate(LISTEN)
    caller.say(sine(HEARD_HZ, RATE, 10))
    wait_for(lambda: abs(page.evaluate(LOUDEST) - HEARD_HZ) < 25, 10, "not heard")
    page.evaluate("given(); navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    wait_for(lambda: page.evaluate("seat.state") == "talking", 10, "plugged in for nothing")
    wait_for(lambda: both_hear(page, caller), 10, "not both heard")
