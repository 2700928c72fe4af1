"""One call of an agent at a browser: who is on the line, and what the call bar says of it."""

import subprocess
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Hotline, wait_for
from tests.e2e.ears import CALLER_HZ
from tests.e2e.phone import Callee, Phone, finish, free_udp_port
from tests.e2e.voices import Voice, voice

SOON_MS = 60_000


@cache
def port_of(_whom: str) -> int:
    """Return where a telephone is rung in all of these calls."""
    return free_udp_port()


def is_now(page: Page, status: str) -> None:
    expect(page.locator(".seat-now b")).to_have_text(status, timeout=SOON_MS)


def parties(page: Page) -> Locator:
    return page.locator(".chip.party")


@dataclass
class Scene:
    """One call: who is on the line, until the stack lets them go."""

    site: Hotline
    page: Page
    folder: Path
    left: ExitStack
    lines: "list[subprocess.Popen[str]]" = field(default_factory=list)

    def calls(self, number: str) -> Voice:
        """Let somebody ring, and the agent answer by key; return the caller's ear."""
        caller = self.left.enter_context(voice(CALLER_HZ))
        phone = Phone(number=number, sound_port=caller.port).until_hung_up()
        self.lines.append(phone.dial(self.site.sip_port, self.folder))
        is_now(self.page, "来电")
        self.page.keyboard.press("Alt+a")
        is_now(self.page, "通话中")
        return caller

    def at(self, port: int, hertz: float) -> Voice:
        """Let a telephone wait to be rung there; return its ear."""
        ear = self.left.enter_context(voice(hertz))
        phone = Callee(number="1001", port=port, sound_port=ear.port)
        self.lines.append(phone.ring().answer().until_hung_up().listen(self.folder))
        return ear

    def over(self) -> None:
        """Fail when a telephone is not hung up."""
        for line in self.lines:
            finish(line)

    @property
    def call(self) -> str:
        return str(self.page.locator(".call-state").get_attribute("data-call"))

    def ask(self, call: str, verb: str, **what: Any) -> None:
        """Ask this of the call, as the administrator."""
        answer = self.site.client.post(f"/api/v1/calls/{call}/{verb}", json=what or None)
        assert answer.is_success, answer.text

    def is_not_rated(self, call: str) -> None:
        """End it for a caller who is asked how it was, and would take half a minute."""
        wait_for(lambda: not self.site.get("/seats/me")["call"], 20, "the colleague is not free")
        self.ask(call, "hang-up")
