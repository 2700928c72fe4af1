"""The words of the requesters' pages: 汉文, and 藏文 as a draft where that is not certain."""

import tomllib
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from hotline.core.clock import beijing

LANGUAGES = ("zh", "bo")
FIRST = "zh"  # and what is not yet said in another language is said in it

Say = Callable[..., str]


def speaker(language: str) -> Say:
    """Return the function that says words of this language: `say("status.closed")`."""

    def say(key: str, **values: Any) -> str:
        text = _text(language, key)
        return text.format(**values) if values else text

    return say


def day_of(moment: date | datetime, language: str) -> str:
    """Return the day as it is said; a moment's is Beijing's."""
    on = beijing(moment).date() if isinstance(moment, datetime) else moment
    return _text(language, "site.day").format(year=on.year, month=on.month, day=on.day)


@cache
def table(language: str) -> dict[str, dict[str, str]]:
    """Return all words of a language, by section."""
    text = (files("hotline.public") / "languages" / f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _text(language: str, key: str) -> str:
    section, _, name = key.partition(".")
    said = table(language).get(section, {}).get(name)
    return table(FIRST)[section][name] if said is None else said
