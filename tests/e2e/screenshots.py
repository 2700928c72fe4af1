"""Pictures of every page, zh and bo, light and dark, at a desk and on a telephone.

`python -m tests.e2e.screenshots FOLDER` writes them all into FOLDER/all and those that the
documents show into FOLDER; `--only` and `--looks` take some of them.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, FloatRect, Page, ViewportSize, expect

from hotline.core.accounts import Role
from tests.console.every_page import PAGES, Shown
from tests.console.scenes import ROLES, sign_in
from tests.e2e import picture_site
from tests.e2e.browser import chromium
from tests.e2e.picture_site import Site
from tests.e2e.pictures import shrink

LANGUAGES, THEMES = ("zh", "bo"), ("light", "dark")
SIZES = {
    "desk": ViewportSize(width=1366, height=860),
    "phone": ViewportSize(width=390, height=780),
}
WALL = ViewportSize(width=1920, height=1080)
# What the documents show, each cut off below so many pixels.
CHOSEN = {
    "ticket-zh-light-desk": 1150,
    "ticket-zh-dark-desk": 860,
    "tickets-zh-light-desk": 860,
    "tickets-bo-light-desk": 860,
    "call-form-zh-light-desk": 1000,
    "portal-order-zh-light-desk": 1000,
    "portal-figures-zh-light-desk": 900,
    "portal-zh-light-phone": 780,
    "wallboard-zh-dark-desk": 1080,
    "queue-zh-light-desk": 1000,
    "administration-zh-light-desk": 860,
    "own-ticket-zh-light-phone": 1100,
}
LANGUAGE_COOKIES = ("hotline_language", "ticket_language")  # of who works here, of who asks
# Who waits in the queue waits longer the later it is looked at.
WHO: tuple[Role | None, ...] = (Role.TEAM_LEAD, *(each for each in ROLES if each != Role.TEAM_LEAD))
MOST = 6000  # pixels high: a longer list looks the same further down
SETTLES_MS = 300  # what a page fetches once it is shown
FILLED_LATER = (".desk-answers", "#call-now", "#weeks-chart")


@dataclass(frozen=True)
class Wanted:
    """Which pages and looks are photographed; all of them when nothing is named."""

    names: frozenset[str]
    looks: frozenset[str]

    def page(self, shown: Shown) -> bool:
        return not self.names or shown.name in self.names

    def look(self, language: str, theme: str, size: str) -> bool:
        return not self.looks or f"{language}-{theme}-{size}" in self.looks


def main(arguments: Sequence[str] | None = None) -> None:
    """Start a site, take its pictures, and say what was written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="names of pages, parted by commas")
    parser.add_argument("--looks", default="", help="as zh-light-desk, parted by commas")
    given = parser.parse_args(arguments)
    wanted = Wanted(_set(given.only), _set(given.looks))
    (given.folder / "all").mkdir(parents=True, exist_ok=True)
    with picture_site.running() as site, chromium() as browser:
        taken = list(take(site, browser, given.folder, wanted))
    chosen = [path for path in taken if path.parent == given.folder]
    size = sum(path.stat().st_size for path in chosen)
    print(f"{len(taken) - len(chosen)} pictures, and {len(chosen)} chosen ones of {size} bytes")


def take(site: Site, browser: Browser, folder: Path, wanted: Wanted) -> Iterator[Path]:
    """Yield each picture as it is taken."""
    for language, size, role in product(LANGUAGES, SIZES, (*WHO, None)):
        pages = [each for each in PAGES if each.role is role and wanted.page(each)]
        themes = [each for each in THEMES if wanted.look(language, each, size)]
        if not pages or not themes:
            continue
        context = browser.new_context(
            base_url=site.url, viewport=SIZES[size], reduced_motion="reduce", locale="zh-CN"
        )
        context.add_cookies(
            [{"name": each, "value": language, "url": site.url} for each in LANGUAGE_COOKIES]
        )
        page = context.new_page()
        if role:
            sign_in(page, role)
        for each in pages:
            yield from _looks(page, site, each, f"{language}-{{}}-{size}", themes, folder)
        context.close()


def _looks(
    page: Page, site: Site, shown: Shown, look: str, themes: Sequence[str], folder: Path
) -> Iterator[Path]:
    wall = shown.name == "wallboard" and look.endswith("desk")
    page.set_viewport_size(WALL if wall else SIZES[look.rpartition("-")[2]])
    page.emulate_media(color_scheme="dark" if themes[0] == "dark" else "light")
    page.goto(shown.path.format(**site.scene.names))
    _settled(page)
    if not wall:
        _grown(page)
    for theme in themes:
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        name = f"{shown.name}-{look.format(theme)}"
        path = folder / "all" / f"{name}.png"
        page.screenshot(path=path, animations="disabled")
        yield path
        if name in CHOSEN:
            yield _chosen(page, folder / f"{name}.png", CHOSEN[name])


def _settled(page: Page) -> None:
    """Wait until the page has fetched what it shows."""
    if page.locator("[sse-connect]").count():
        expect(page.locator("#line")).to_have_class("live")
    for part in FILLED_LATER:
        if page.locator(part).count():
            expect(page.locator(f"{part} > *").first).to_be_attached()
    page.evaluate("document.fonts.ready.then(() => 0)")
    page.wait_for_timeout(SETTLES_MS)


def _grown(page: Page) -> None:
    """Make the window as high as its page: what sticks to the window's edge would lie across it."""
    size, whole = page.viewport_size, page.locator("html").bounding_box()
    assert size
    assert whole
    high = min(max(size["height"], int(whole["height"])), MOST)
    page.set_viewport_size(ViewportSize(width=size["width"], height=high))


def _chosen(page: Page, path: Path, most: int) -> Path:
    size = page.viewport_size
    assert size
    part = FloatRect(x=0, y=0, width=size["width"], height=min(most, size["height"]))
    page.screenshot(path=path, clip=part, animations="disabled")
    shrink(path)
    return path


def _set(names: str) -> frozenset[str]:
    return frozenset(each for each in names.split(",") if each)


if __name__ == "__main__":
    main()
