"""规则词表: what flags go by, as data: words and limits, packaged as version 0; pure."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from dispatch.inspection.talk import plain
from dispatch.terms import RequestType
from hotline.core.errors import Invalid

MOST_WORDS, MOST_LETTERS = 500, 40


@dataclass(frozen=True)
class Question:
    """必问项: of tickets of these types the agent asks it, unless the caller told it by himself."""

    code: str
    types: Sequence[str]
    asked: Sequence[str]
    given: Sequence[str]


@dataclass(frozen=True)
class Lists:
    """All that a rule compares with; times in seconds, `promise_h` in hours."""

    silence_s: float
    overlap_s: float
    opening_s: float
    closing_s: float
    promise_h: float
    reply_letters: int
    copied_share: float
    forbidden: Sequence[str]
    opening: Sequence[Sequence[str]]  # one of each must be said
    closing: Sequence[Sequence[str]]
    promise: Sequence[str]
    empty_replies: Sequence[str]
    questions: Sequence[Question]


@cache
def packaged() -> Lists:
    """Return version 0."""
    told = (files("dispatch.inspection") / "data" / "lists.toml").read_text(encoding="utf-8")
    return lists_of(tomllib.loads(told))


def lists_of(body: Mapping[str, Any]) -> Lists:
    """Return the lists that a body holds; raise Invalid naming what is wrong."""
    try:
        asked = [Question(**each) for each in body["questions"]]
        lists = Lists(**{**body, "questions": asked})
    except (KeyError, TypeError) as error:
        raise Invalid(f"The lists lack or misspell {error}.", remedy="See the present ones.") from (
            error
        )
    _require_sound(lists)
    return lists


def body_of(lists: Lists) -> dict[str, Any]:
    """Return the lists as they are kept."""
    return asdict(lists)


def _words(lists: Lists) -> list[str]:
    """Return all words; raise Invalid for what is no list of words."""
    flat: list[Any] = [lists.forbidden, lists.promise, lists.empty_replies]
    flat += [words for each in lists.questions for words in (each.types, each.asked, each.given)]
    for groups in (lists.opening, lists.closing):
        flat += groups if isinstance(groups, list) else [groups]
    words = [word for each in flat if isinstance(each, list) for word in each]
    if not all(isinstance(each, list) for each in flat) or len(words) > MOST_WORDS:
        raise Invalid("The lists hold too much.", remedy=f"At most {MOST_WORDS} words.")
    return words


def _require_sound(lists: Lists) -> None:
    for word in (*_words(lists), *(each.code for each in lists.questions)):
        if not isinstance(word, str) or not _is_word(word):
            raise Invalid("A word of the lists is empty or long.", remedy="Mend it.")
    for name in (each.name for each in fields(Lists) if each.type in (float, int)):
        value = getattr(lists, name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 3600:
            raise Invalid(f"{name} is no number above 0.", remedy="Mend it.")
    if lists.copied_share > 1:
        raise Invalid("copied_share is above 1.", remedy="Mend it.")
    known = {each.value for each in RequestType}
    if any(not set(each.types) <= known for each in lists.questions):
        raise Invalid("A question's type is none of a ticket's.", remedy="Mend it.")


def _is_word(word: str) -> bool:
    return bool(plain(word)) and word.isprintable() and len(word) <= MOST_LETTERS
