"""Pictures of every page, from a made-up day on a hotline of their own.

`python -m tests.e2e.screenshots FOLDER` writes one PNG a page and theme.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.e2e import demo_day, demo_floor
from tests.e2e.browser import chromium
from tests.e2e.conftest import Hotline, start, stop, surroundings
from tests.e2e.pictures import shrink

DESKTOP = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=780)
OLD_PHONE = ViewportSize(width=320, height=568)
WALL = ViewportSize(width=1920, height=1080)
OWN_LINK = """
from dispatch import tickets
from dispatch.requesters import links
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.privacy import Person
with transaction() as session:
    ticket = tickets.find(session, "{number}")
    person = session.get_one(Person, ticket.person_id)
    print(links.issue(session, ticket, person, "picture", now=now()))
"""


def main(folder: Path) -> None:
    """Start a hotline, fill it, and take its pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    hotline = start(Path(tempfile.mkdtemp(prefix="hotline-pictures-")))
    try:
        fill(hotline, demo_day.__name__)
        with chromium() as browser:
            for path in [
                *take(hotline, browser, folder, "light"),
                *take(hotline, browser, folder, "dark"),
                *take_floor(hotline, browser, folder),
            ]:
                print(f"{path}  {path.stat().st_size // 1000} KB")
    finally:
        stop(hotline)


def fill(hotline: Hotline, scene: str) -> None:
    """Make the scene, in a process of its own that has the hotline's settings."""
    environment = surroundings(HOTLINE_DATA_DIR=str(hotline.data_dir))
    subprocess.run(
        [sys.executable, "-m", scene],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def take(hotline: Hotline, browser: Browser, folder: Path, theme: str) -> Iterator[Path]:
    """Yield each picture as it is taken."""
    base = str(hotline.client.base_url)
    with browser.new_context(base_url=base, locale="zh-CN", viewport=DESKTOP) as context:
        page = context.new_page()
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        page.goto("/console/")
        if theme == "light":
            yield picture(page, folder / "sign-in.png")
        page.get_by_label("用户名").fill(demo_day.AGENT.name)
        page.get_by_label("密码").fill(demo_day.PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("#line")).to_have_class("live")
        yield picture(page, folder / f"tickets-{theme}.png")
        numbers = page.eval_on_selector_all(
            "[data-key]", "all => all.map(each => each.dataset.key)"
        )
        for name, number in {
            "ticket": numbers[0],
            "clocks": numbers[4],
            "review": numbers[-2],
        }.items():
            page.goto(f"/console/tickets/{number}")
            if name == "clocks":
                page.locator(".clocks > .clock summary").last.click()
            yield picture(page, folder / f"{name}-{theme}.png", whole=True)
        page.goto("/console/callbacks")
        yield picture(page, folder / f"callbacks-{theme}.png")
        page.set_viewport_size(PHONE)
        page.goto("/console/")
        yield picture(page, folder / f"phone-{theme}.png")
        if theme == "light":
            page.set_viewport_size(OLD_PHONE)
            page.goto(own_page(hotline, numbers[-3]))
            yield picture(page, folder / "requester.png", whole=True)


def take_floor(hotline: Hotline, browser: Browser, folder: Path) -> Iterator[Path]:
    """Yield the team lead's board and queue in a rush, which nobody serves: taken at once."""
    base = str(hotline.client.base_url)
    with browser.new_context(base_url=base, locale="zh-CN", viewport=WALL) as context:
        page = context.new_page()
        page.goto("/wallboard/")
        fill(hotline, demo_floor.__name__)
        page.get_by_label("用户名").fill(demo_floor.LEAD.name)
        page.get_by_label("密码").fill(demo_floor.PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("#line")).to_have_class("live")
        yield picture(page, folder / "wallboard.png")
        page.set_viewport_size(DESKTOP)
        page.goto("/console/queue")
        expect(page.locator("#line")).to_have_class("live")
        yield picture(page, folder / "queue.png", whole=True)


def own_page(hotline: Hotline, number: str) -> str:
    """Return a requester's own link to the ticket, which the hotline's own process makes."""
    done = subprocess.run(
        [sys.executable, "-c", OWN_LINK.format(number=number)],
        env=surroundings(HOTLINE_DATA_DIR=str(hotline.data_dir)),
        check=True,
        capture_output=True,
        text=True,
    )
    return f"/t/{number}?key={done.stdout.split()[-1]}"


def picture(page: Page, path: Path, *, whole: bool = False) -> Path:
    page.screenshot(path=path, full_page=whole, animations="disabled")
    shrink(path)
    return path


if __name__ == "__main__":
    main(Path(sys.argv[1]))
