"""Two tabs of one agent: what is done in one, the other shows; a hidden one, when it is shown."""

import time

from playwright.sync_api import BrowserContext, Page, expect

# A browser that is driven never hides a tab: the page is told that it did.
_HIDDEN = """(hidden) => {
  const get = () => (hidden ? "hidden" : "visible");
  Object.defineProperty(document, "visibilityState", { configurable: true, get });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
_GLANCE_MS = 1500  # longer than line.js takes a tab for one that is only passed over


def hide(page: Page, hidden: bool = True) -> None:
    """Tell the page that nobody sees it, or that somebody does again."""
    page.evaluate(_HIDDEN, hidden)


def agree(context: BrowserContext, path: str, department: str) -> tuple[float, float]:
    """Dispatch in one of three tabs; return the ms until the shown and the hidden one tell it."""
    doing, seeing, hidden = (context.new_page() for _ in range(3))
    for page in (doing, seeing, hidden):
        page.goto(path)
        expect(page.locator("#line")).to_have_class("live")
        expect(page.locator("#dispatch")).to_be_visible()
    hide(hidden)
    hidden.wait_for_timeout(_GLANCE_MS)
    doing.locator(".dispatch [name=other]").fill(department)
    began = time.monotonic()
    doing.locator("#dispatch").click()
    expect(seeing.locator("#dispatch")).to_have_count(0)
    seen = time.monotonic() - began
    expect(doing.locator("#dispatch")).to_have_count(0)
    began = time.monotonic()
    hide(hidden, False)
    expect(hidden.locator("#dispatch")).to_have_count(0)
    return seen * 1000, (time.monotonic() - began) * 1000
