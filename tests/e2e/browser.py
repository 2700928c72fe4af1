"""Debian's Chromium, driven by Playwright; what its console says is kept."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, Response, expect, sync_playwright

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@dataclass
class Window:
    """A page, with what went wrong on it and what it loaded."""

    page: Page
    faults: list[str] = field(default_factory=list)
    loaded: list[Response] = field(default_factory=list)

    def watch(self) -> "Window":
        """Keep errors, warnings (content security among them) and answers from here on."""
        self.page.on("console", lambda said: self._note(said.type, said.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("response", lambda answer: self.loaded.append(answer))
        return self

    def _note(self, type: str, text: str) -> None:
        if type in ("error", "warning"):
            self.faults.append(text)


expect.set_options(timeout=60_000)  # as long as a busy machine needs


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """Yield a browser that talks to nobody but the pages it is given; `flags` are added."""
    path = shutil.which("chromium")
    assert path, "chromium is missing: apt-get install chromium"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
        yield browser
        browser.close()
