"""The words of the pages: one table a language, looked up as `page.word`."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGE = "zh"


def say(key: str, **values: Any) -> str:
    """Return the word at `section.name`, with `{…}` filled in; raise KeyError for an unknown one.

    What follows the first dot is the name, dots included: event types are names.
    """
    section, _, name = key.partition(".")
    text = table(LANGUAGE)[section][name]
    return text.format(**values) if values else text


def name_of(section: str, value: object) -> str:
    """Return the word for a code, or the code itself while no word is known for it."""
    return table(LANGUAGE)[section].get(str(value), str(value))


@cache
def table(language: str) -> dict[str, dict[str, str]]:
    """Return all words of a language."""
    text = (files("hotline.console") / "languages" / f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
