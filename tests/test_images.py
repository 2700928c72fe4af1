"""The documents' pictures: each that is shown is there, and all of them are small."""

import re
from pathlib import Path

from tests.console.every_page import PAGES
from tests.e2e.screenshots import CHOSEN

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
MOST_BYTES = 2_500_000
SHOWN = re.compile(r"""(?:\]\(|src=")([^)"\s]+\.png)""")


def test_every_picture_that_a_document_shows_is_there() -> None:
    shown = {
        (page.parent / path).resolve()
        for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
        for path in SHOWN.findall(page.read_text(encoding="utf-8"))
    }
    assert shown
    assert {path for path in shown if not path.is_file()} == set()


def test_the_chosen_pictures_are_of_pages_and_small() -> None:
    kept = {path.stem: path.stat().st_size for path in IMAGES.glob("*.png")}
    assert kept.keys() == CHOSEN.keys()
    assert {each.rsplit("-", 3)[0] for each in CHOSEN} <= {page.name for page in PAGES}
    assert sum(kept.values()) < MOST_BYTES
