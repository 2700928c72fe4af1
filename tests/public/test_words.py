"""The words fit the pages and the domain, in 汉文 wholly and in 藏文 as far as they go."""

import re
import string
from enum import StrEnum
from pathlib import Path

import pytest

from dispatch.ending.endings import Closing
from dispatch.ending.withdrawals import Wish
from dispatch.requesters.ratings import GRADES, Reason
from dispatch.states import TicketStatus
from hotline.public.words import LANGUAGES, table

ROOM = Path(__file__).parents[2] / "hotline" / "public"
KEY = re.compile(r"""(?:say\(\s*|said=)["']([a-z_]+\.[\w]+)["']""")
NAMED: dict[str, type[StrEnum]] = {
    "status": TicketStatus,
    "closing": Closing,
    "wish": Wish,
    "reason": Reason,
}


@pytest.mark.parametrize("section", NAMED)
def test_every_code_has_its_word(section: str) -> None:
    assert {each.value for each in NAMED[section]} == table("zh")[section].keys()


def test_every_grade_has_its_word() -> None:
    assert table("zh")["grade"].keys() == {str(each) for each in GRADES}


def test_every_word_that_is_asked_for_is_there() -> None:
    files = [*ROOM.glob("*.py"), *(ROOM / "templates").glob("*.html")]
    asked = {key for path in files for key in KEY.findall(path.read_text())}
    assert len(asked) > 40
    for key in asked:
        section, _, name = key.partition(".")
        assert name in table("zh")[section], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_language_says_nothing_else_and_leaves_the_same_gaps(language: str) -> None:
    for section, words in table(language).items():
        for name, said in words.items():
            assert gaps(said) <= gaps(table("zh")[section][name]), (section, name)


def test_what_is_a_draft_says_so() -> None:
    assert "草稿" in table("bo")["site"]["draft"]
    assert table("zh")["site"]["draft"] == ""


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
