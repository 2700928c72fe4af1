"""The words of the pages: one table a language, looked up as `page.word` in the reader's language.

A language is `languages/CODE.toml` and, for larger rooms, one file each in `languages/CODE/`. What
a language does not say is said in the first one, word by word.
"""

import tomllib
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("zh", "bo", "en")  # as the switch shows them
FIRST = LANGUAGES[0]

_read_in: ContextVar[str] = ContextVar("the language a page is read in", default=FIRST)


@dataclass(frozen=True)
class Language:
    """A language of the pages; of a draft only the words and sections in `checked` are none."""

    code: str
    tag: str  # as HTML's `lang` names it
    name: str  # in itself
    draft: bool
    checked: frozenset[str]

    def is_draft(self, key: str) -> bool:
        """Return whether nobody who knows the language has read this word, `section.name`."""
        return self.draft and self.checked.isdisjoint({key, key.partition(".")[0]})


def say(key: str, **values: Any) -> str:
    """Return the word at `section.name`, with `{…}` filled in; raise KeyError for an unknown one.

    What follows the first dot is the name, dots included: event types are names.
    """
    section, _, name = key.partition(".")
    text = words_of(section)[name]
    return text.format(**values) if values else text


def name_of(section: str, value: object) -> str:
    """Return the word for a code, or the code itself while no word is known for it."""
    return words_of(section).get(str(value), str(value))


def words_of(section: str) -> Mapping[str, str]:
    """Return all words of a section, in the first language's order; raise KeyError for none."""
    return _section(_read_in.get(), section)


def read_in(code: str) -> None:
    """Say everything in this language from here on in the request; an unknown one is the first."""
    _read_in.set(code if code in LANGUAGES else FIRST)


def reading() -> Language:
    """Return the language that is spoken now."""
    return language(_read_in.get())


@cache
def language(code: str) -> Language:
    """Return what a language's file says of itself, above its sections."""
    told = _file(code)
    return Language(
        code=code,
        tag=told["tag"],
        name=told["name"],
        draft=told.get("draft", False),
        checked=frozenset(told.get("checked", ())),
    )


@cache
def table(code: str) -> dict[str, dict[str, str]]:
    """Return all words that a language has, by section."""
    return {name: words for name, words in _file(code).items() if isinstance(words, dict)}


@cache
def _section(code: str, section: str) -> dict[str, str]:
    return table(FIRST)[section] | table(code).get(section, {})


@cache
def _file(code: str) -> dict[str, Any]:
    folder = files("hotline.console") / "languages"
    told = tomllib.loads((folder / f"{code}.toml").read_text(encoding="utf-8"))
    rooms = folder / code
    if rooms.is_dir():
        for room in sorted(rooms.iterdir(), key=lambda each: each.name):
            _add(told, tomllib.loads(room.read_text(encoding="utf-8")), f"{code}/{room.name}")
    return told


def _add(told: dict[str, Any], room: dict[str, dict[str, str]], name: str) -> None:
    for section, words in room.items():
        said = told.setdefault(section, {})
        if twice := said.keys() & words.keys():
            raise ValueError(f"{name} says [{section}] {sorted(twice)} a second time.")
        said.update(words)
