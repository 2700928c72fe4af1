"""水印: whoever photographs or prints what is shown unmasked has their own name on it."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import Engine

from dispatch.handling import reviews
from dispatch.terms import RequestType
from hotline.core import accounts
from hotline.core.accounts import MACHINE, Role
from hotline.core.clock import now
from hotline.core.db import transaction
from tests.console.matters import replied
from tests.e2e.browser import chromium
from tests.e2e.printed import pages
from tests.factories import create_ticket
from tests.served import served

pytestmark = pytest.mark.e2e

PASSWORD = "watermark-test-word"  # noqa: S105  # of the account that this test makes
NUMBER = "+8613989001234"
LONG = "路灯坏了，晚上看不见路。" * 150  # more than one sheet of paper
SCREEN = ViewportSize(width=1280, height=800)
ACROSS, DOWN = 4, 3  # parts of a screen, in each of which the mark must be seen


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(emptied: Engine, browser: Browser) -> Iterator[Page]:
    """A window in which agent-7 has signed in."""
    with transaction(emptied) as session:
        accounts.create_account(session, "agent-7", PASSWORD, role=Role.AGENT, now=now())
    with served(emptied) as url:
        context = browser.new_context(base_url=url, locale="zh-CN", viewport=SCREEN)
        opened = context.new_page()
        opened.goto("/console/")
        opened.get_by_label("用户名").fill("agent-7")
        opened.get_by_label("密码").fill(PASSWORD)
        opened.keyboard.press("Enter")
        expect(opened.locator(".who")).to_be_visible()
        yield opened
        context.close()


def reveal(page: Page) -> str:
    """Ask for the number, and return the mark beside it."""
    page.get_by_text("查看号码").first.click()
    page.locator("input[name=reason]:visible").first.fill("核实地点")
    page.keyboard.press("Enter")
    expect(page.locator(".revealed")).to_contain_text(NUMBER)
    return page.locator(".mark").inner_text()


def seen(page: Page, kept: Path | None = None) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot(path=kept))).convert("RGB")


def is_all_over(page: Page, kept: Path) -> bool:
    """Return whether each part of the screen looks otherwise without the mark."""
    marked = seen(page, kept)
    page.evaluate("document.querySelector('.watermark').style.display = 'none'")
    changed = ImageChops.difference(marked, seen(page))
    page.evaluate("document.querySelector('.watermark').style.display = ''")
    wide, high = changed.width // ACROSS, changed.height // DOWN
    parts = [(x * wide, y * high) for x in range(ACROSS) for y in range(DOWN)]
    return all(changed.crop((x, y, x + wide, y + high)).getbbox() for x, y in parts)


def test_a_number_that_was_revealed_is_never_without_the_viewers_mark(
    page: Page, emptied: Engine, tmp_path: Path
) -> None:
    with transaction(emptied) as session:
        number = create_ticket(session, now=now(), text=LONG).number
    page.goto(f"/console/tickets/{number}")
    expect(page.locator(".watermark")).to_have_count(0)
    masked = "".join(pages(page.pdf()))
    assert "139****1234" in masked
    assert NUMBER not in masked
    assert "agent-7" not in masked

    mark = reveal(page)
    assert mark.startswith("agent-7 20")
    assert mark.endswith(f" {number}")
    assert is_all_over(page, tmp_path / "revealed.png")
    printed = pages(page.pdf(path=tmp_path / "revealed.pdf"))
    assert NUMBER in "".join(printed)
    assert len(printed) > 1
    for sheet in printed:
        assert sheet.count(mark.replace(" ", "")) > 10
    page.emulate_media(media="print")
    assert is_all_over(page, tmp_path / "printed.png")


def test_the_mark_is_over_the_list_of_callbacks_as_well(
    page: Page, emptied: Engine, tmp_path: Path
) -> None:
    with transaction(emptied) as session:
        ticket = create_ticket(session, now=now(), request_type=RequestType.COMPLAINT)
        order, number = replied(session, ticket, now()), ticket.number
        reviews.complete(session, order, actor=MACHINE, now=now())
    page.goto("/console/callbacks")
    expect(page.locator(".watermark")).to_have_count(0)
    assert "agent-7" not in "".join(pages(page.pdf()))
    mark = reveal(page)
    assert mark.endswith(f" {number}")
    assert is_all_over(page, tmp_path / "callbacks.png")
    assert all(mark.replace(" ", "") in sheet for sheet in pages(page.pdf()))


def test_without_scripts_the_mark_is_over_the_page_that_answers(
    page: Page, emptied: Engine, browser: Browser, tmp_path: Path
) -> None:
    with transaction(emptied) as session:
        number = create_ticket(session, now=now()).number
    plain = browser.new_context(
        base_url=page.url.partition("/console")[0], java_script_enabled=False, viewport=SCREEN
    )
    plain.add_cookies(page.context.cookies())  # type: ignore[arg-type]
    opened = plain.new_page()
    opened.goto(f"/console/tickets/{number}")
    mark = reveal(opened)
    printed = pages(opened.pdf(path=tmp_path / "plain.pdf"))
    assert all(sheet.count(mark.replace(" ", "")) > 10 for sheet in printed)
    opened.screenshot(path=tmp_path / "plain.png")
    plain.close()
