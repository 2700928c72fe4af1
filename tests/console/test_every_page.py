"""Every page in a browser, light and dark, at a desk and on a telephone: nobody is kept out."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine

from hotline.bench import webs
from hotline.core import clock, demo_mark, vault
from hotline.core.db import transaction
from hotline.core.demo_mark import Mark
from hotline.core.settings import Settings
from hotline.public.door import ELDER_COOKIE, LANGUAGE_COOKIE, NEW, PREFIX
from hotline.public.words import LANGUAGES
from tests.apps import fresh_app
from tests.canary.conftest import standing
from tests.console.axe import grave
from tests.console.every_page import PAGES, PARTS, Shown
from tests.console.readable import faults
from tests.console.scenes import ROLES, Scene, arrange, sign_in
from tests.e2e.browser import chromium

pytestmark = pytest.mark.long

DOORS = ("/console", "/portal", "/wallboard", "/t/", "/new")
LARGEST = 30_000  # bytes of a caller's whole page with its styles, uncompressed (issue 7)
# A caller's page in both languages, plain and 大字版.
READINGS = tuple((language, elder) for language in LANGUAGES for elder in ("0", "1"))
_WEIGHT = """() => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
  .reduce((sum, each) => sum + each.decodedBodySize, 0)"""
LOOKS: tuple[tuple[Literal["light", "dark"], int, str], ...] = (
    ("light", 1366, "zh"),
    ("dark", 390, "bo"),
)


@dataclass(frozen=True)
class Visit:
    """A site in its day, a browser, and what the pages are named by."""

    site: str
    browser: Browser
    scene: Scene


@pytest.fixture(scope="module")
def visit(
    engine: Engine, own: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Visit]:
    """A web process of its own, on a demo's database in which a day has passed; only looked at."""
    folder = tmp_path_factory.mktemp("visit")
    shutil.copy(vault.key_file(own), folder)
    with standing(engine, own) as site:
        with transaction(site) as session:
            scene = arrange(session, at=clock.now())
        url = site.url.render_as_string(hide_password=False)
        there = own.model_copy(update={"database_url": url, "data_dir": folder})
        demo_mark.write(there, Mark(1, clock.now().isoformat()))
        with webs.running(there, 1) as (port,), chromium() as browser:
            yield Visit(f"http://{webs.HOST}:{port}", browser, scene)


def test_every_page_is_in_the_table() -> None:
    shown = {_pattern(each.path) for each in PAGES}
    paths = {
        context.path or route.path
        for context in iter_route_contexts(fresh_app().routes)
        if isinstance(route := context.original_route, APIRoute) and "GET" in (route.methods or ())
    }
    pages = {path for path in paths if path.startswith(DOORS)}
    missing = {path for path in pages - PARTS if _pattern(path) not in shown}
    assert missing == set()
    assert pages >= PARTS


@pytest.mark.parametrize(("theme", "width", "language"), LOOKS)
def test_nobody_is_kept_out(
    visit: Visit, theme: Literal["light", "dark"], width: int, language: str
) -> None:
    found: dict[str, list[str]] = {}
    for role in (None, *ROLES):
        with _looking(visit, theme, width, hotline_language=language) as page:
            if role:
                sign_in(page, role)
            for each in PAGES:
                if each.role is role and (wrong := _judged(page, each, visit.scene)):
                    found[each.name] = wrong
    found |= _as_callers_read(visit, theme, width)
    assert found == {}


def _as_callers_read(
    visit: Visit, theme: Literal["light", "dark"], width: int
) -> dict[str, list[str]]:
    """Return what is wrong with the callers' pages, in each language and size."""
    found: dict[str, list[str]] = {}
    for language, elder in READINGS:
        reading = {LANGUAGE_COOKIE: language, ELDER_COOKIE: elder}
        with _looking(visit, theme, width, **reading) as page:
            for each in PAGES:
                if each.path.startswith((PREFIX, NEW)):
                    wrong = [*_judged(page, each, visit.scene), *_misread(page, language, elder)]
                    found |= {f"{each.name} {language} {elder}": wrong} if wrong else {}
    return found


@contextmanager
def _looking(
    visit: Visit, theme: Literal["light", "dark"], width: int, **cookies: str
) -> Iterator[Page]:
    """Yield a page of somebody whose browser holds these cookies."""
    context = visit.browser.new_context(
        base_url=visit.site,
        color_scheme=theme,
        viewport={"width": width, "height": 800},
        reduced_motion="reduce",
    )
    with context:
        for name, value in cookies.items():
            context.add_cookies([{"name": name, "value": value, "url": visit.site}])
        yield context.new_page()


def _misread(page: Page, language: str, elder: str) -> list[str]:
    """Return what shows that a caller's page is another than was asked for, or too heavy."""
    weight = page.evaluate(_WEIGHT)
    told = page.locator("html")
    return [
        *([] if (told.get_attribute("lang") or "").startswith(language) else ["wrong language"]),
        *([] if told.get_attribute("class") == ("elder" if elder == "1" else None) else ["size"]),
        *([] if LARGEST / 10 < weight < LARGEST else [f"{weight} bytes"]),
    ]


def _judged(page: Page, shown: Shown, scene: Scene) -> list[str]:
    answer = page.goto(shown.path.format(**scene.names))
    assert answer, shown.path
    if not answer.ok:
        return [f"answered with {answer.status}"]
    return [*grave(page), *faults(page)]


def _pattern(path: str) -> str:
    """Return the path with every name in it left out."""
    parts = path.partition("?")[0].split("/")
    return "/".join("{}" if part.startswith("{") else part for part in parts)
