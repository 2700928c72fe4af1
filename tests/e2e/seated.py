"""An agent's browser with a microphone that plays a tone, and the other end of its seat's line."""

import threading
import time
import wave
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, expect

from hotline.core.settings import Settings
from hotline.web.assets import asset
from telephony.seat_audio import SeatAudio
from tests.e2e.browser import Window, chromium
from tests.e2e.conftest import Hotline, wait_for
from tests.e2e.test_pages import PASSWORD, elsewhere

RATE, FRAME, TICK_S = 8000, 160, 0.02
SPOKEN_HZ, HEARD_HZ = 620, 1340  # the microphone's tone, and the caller's
FAKE = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--use-file-for-fake-audio-capture={}",
)
ACCOUNT = """
from hotline.core import accounts
from hotline.core.accounts import Role
from hotline.core.clock import now
from hotline.core.db import transaction
with transaction() as session:
    made = accounts.create_account(
        session, {name!r}, {password!r}, role=Role.AGENT, display_name="话务员 30", now=now()
    )
    session.flush()
    number = made.id
print(number)
"""
# What a page does with the module; the call bar does the same.
SIT_DOWN = """async ([module, worklet]) => {
  const { Seat } = await import(module);
  window.seat = new Seat({ worklet });
  window.states = [];
  seat.addEventListener("state", ({ detail }) => states.push(detail.state));
  seat.open();
}"""
LISTEN = """() => {
  const ear = window.ear = seat.context.createAnalyser();
  ear.fftSize = 8192;
  ear.smoothingTimeConstant = 0;
  seat.headset.connect(ear);
}"""
LOUDEST = """() => {
  const found = new Float32Array(ear.frequencyBinCount);
  ear.getFloatFrequencyData(found);
  const at = found.indexOf(Math.max(...found));
  return found[at] < -70 ? 0 : at * seat.context.sampleRate / ear.fftSize;
}"""


def sine(hertz: float, rate: int, seconds: float) -> Any:
    """Return a tone in syllables: a steady one is noise to a browser, and suppressed."""
    moments = np.arange(int(rate * seconds)) / rate
    syllable = np.clip(np.sin(2 * np.pi * 2.5 * moments) * 4, 0, 1)
    return (9000 * syllable * np.sin(2 * np.pi * hertz * moments)).astype("<i2")


def hertz_of(sound: bytes) -> float:
    """Return the strongest frequency of 8 kHz PCM; 0 for silence."""
    samples = np.frombuffer(sound, "<i2").astype(float)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    if np.abs(samples).mean() < 30:
        return 0.0
    return float(np.fft.rfftfreq(len(samples), 1 / RATE)[spectrum.argmax()])


class Caller:
    """Stands for the media worker: takes and gives a frame every 20 ms."""

    def __init__(self, hotline: Hotline, seat: int, call: str) -> None:
        self.audio = SeatAudio(Settings(data_dir=hotline.data_dir).seats_socket, call, seat)
        self.says: deque[bytes] = deque()
        self.heard: list[tuple[float, bytes | None]] = []
        self.connections: list[tuple[float, bool]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def say(self, sound: Any) -> None:
        """Say these samples from now on."""
        data = sound.tobytes()
        self.says.extend(data[at : at + 2 * FRAME] for at in range(0, len(data), 2 * FRAME))

    def last(self, seconds: float) -> bytes:
        """Return what was heard in the last seconds."""
        return b"".join(sound or b"" for _, sound in self.heard[-int(seconds / TICK_S) :])

    def hears(self, hertz: float) -> bool:
        """Return whether the last half second was this tone."""
        sound = self.last(0.5)
        return len(sound) > 2 * FRAME * 22 and abs(hertz_of(sound) - hertz) < 25

    def silence_s(self, since: float) -> float:
        """Return the longest time since then in which no frame of the agent's came."""
        moments = [since, *(at for at, sound in list(self.heard) if sound and at > since)]
        return max(after - before for before, after in pairwise(moments))

    def close(self) -> None:
        self._over.set()
        self._thread.join()
        self.audio.close()

    def _run(self) -> None:
        due = time.monotonic()
        while not self._over.is_set():
            due += TICK_S
            self._over.wait(max(0.0, due - time.monotonic()))
            self.heard.append((time.monotonic(), self.audio.pull()))
            if self.says:
                self.audio.push([self.says.popleft()])


@contextmanager
def talking(hotline: Hotline, seat: int, call: str) -> Iterator[Caller]:
    """Yield the caller's end of the line."""
    caller = Caller(hotline, seat, call)
    try:
        yield caller
    finally:
        caller.close()


@contextmanager
def with_microphone(folder: Path) -> Iterator[Browser]:
    """Yield a browser whose microphone plays a tone over and over."""
    path = folder / "tone.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(48_000)
        out.writeframes(sine(SPOKEN_HZ, 48_000, 8).tobytes())
    with chromium(*(flag.format(path) for flag in FAKE)) as browser:
        yield browser


def new_agent(hotline: Hotline, name: str) -> int:
    """Return the seat of an agent who did not exist before."""
    return int(elsewhere(hotline, ACCOUNT.format(name=name, password=PASSWORD)))


@contextmanager
def signed_in(hotline: Hotline, browser: Browser, name: str) -> Iterator[Window]:
    """Yield a window on the console."""
    base = str(hotline.client.base_url)
    with browser.new_context(base_url=base, locale="zh-CN") as context:
        window = Window(context.new_page()).watch()
        window.page.goto("/console/")
        window.page.get_by_label("用户名").fill(name)
        window.page.get_by_label("密码").fill(PASSWORD)
        window.page.keyboard.press("Enter")
        expect(window.page.locator("#line")).to_have_class("live")
        yield window


def sit_down(page: Page) -> None:
    """Have the page talk for its agent's seat."""
    page.evaluate(SIT_DOWN, [asset("seat.js"), asset("seat-worklet.js")])
    wait_for(lambda: page.evaluate("seat.state") in ("ready", "talking"), 10, "no seat")
    page.evaluate(LISTEN)
