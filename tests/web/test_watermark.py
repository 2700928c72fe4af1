"""水印: whatever leaves unmasked says who took it, when, and of which ticket."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import hotline
from hotline.core.accounts import Actor, Role
from hotline.web import watermark

# What shows a person unmasked, and what sends a file or a voice as it was received.
UNMASKED = re.compile(
    r"privacy\.(?:reveal|phone_of)\(|reveals\.look\(|blind\.reveal\(|person_file\.export\(|"
    r"sealed_recordings\.\w+\(|reading\.content_of\("
)
ROOMS = ("api", "console", "public", "web")
MARKED = frozenset(
    {"api/attachment_views.py", "api/looks.py", "api/people.py", "api/blind_callbacks.py"}
    | {"console/ticket.py", "console/administration/people.py", "console/tapes.py"}
    | {"console/ratings/blind_pages.py", "web/letter_files.py"}
)


def showing() -> set[str]:
    """Return the modules that hand over what is masked everywhere else."""
    root = Path(hotline.__file__).parent
    files = [each for room in ROOMS for each in (root / room).rglob("*.py")]
    return {
        str(each.relative_to(root)) for each in files if UNMASKED.search(each.read_text("utf-8"))
    }


def test_every_door_for_what_is_unmasked_puts_the_mark_on_it() -> None:
    assert showing() == MARKED
    root = Path(hotline.__file__).parent
    for each in MARKED:
        assert "watermark.of(" in (root / each).read_text("utf-8"), each


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        ("字条.txt", "字条 (540102-urban#3 2026-11-25 1200 261125000017).txt"),
        ("notes", "notes (540102-urban#3 2026-11-25 1200 261125000017)"),
    ],
)
def test_a_file_says_it_by_its_name(name: str, marked: str) -> None:
    actor = Actor("540102-urban#3", Role.SYSTEM, "540102-urban")
    at = datetime(2026, 11, 25, 4, tzinfo=UTC)
    assert watermark.of(actor, at, "261125000017").on_file(name) == marked


def test_a_name_that_is_no_file_name_makes_none() -> None:
    at = datetime(2026, 11, 25, 4, tzinfo=UTC)
    name = watermark.of(Actor('..\\a/"b', Role.AGENT), at, "1").on_file("x.wav")
    assert name == "x (..-a--b 2026-11-25 1200 1).wav"
