"""What quality staff type: a card's rows, the lists one word a line; as the domain wants it."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from dispatch.inspection.word_lists import Lists, body_of

LIMITS = (
    *("silence_s", "overlap_s", "opening_s", "closing_s"),
    *("promise_h", "reply_letters", "copied_share"),
)
WORDS = ("forbidden", "promise", "empty_replies")
GROUPS = ("opening", "closing")
_MEANS = "、"  # parts the words of a group, of which one must be said


def lists_typed(present: Lists, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the lists' body as the form has it; the questions stay (the API changes them).

    What is no number stays as it was typed: the domain refuses it.
    """
    body = body_of(present)
    for name in LIMITS:
        body[name] = _number(typed[name], whole=isinstance(body[name], int))
    for name in WORDS:
        body[name] = _lines(typed[name])
    for name in GROUPS:
        body[name] = [
            [word.strip() for word in line.split(_MEANS) if word.strip()]
            for line in _lines(typed[name])
        ]
    return body


def lists_shown(present: Lists) -> dict[str, str]:
    """Return the lists as the form shows them."""
    body = body_of(present)
    return {
        **{name: f"{body[name]:g}" for name in LIMITS},
        **{name: "\n".join(body[name]) for name in WORDS},
        **{name: "\n".join(_MEANS.join(group) for group in body[name]) for name in GROUPS},
    }


def card_typed(
    title: tuple[str, str],
    pass_mark: int,
    criteria: Sequence[tuple[str, str, str, str]],
    fatal: Sequence[tuple[str, str, str]],
) -> dict[str, Any]:
    """Return a card's body; a row without Chinese words is left out, one without code gets one.

    `criteria`: code, weight, words in zh and in en; `fatal`: code and words.
    """
    kept = [(code, weight, zh, en) for code, weight, zh, en in criteria if zh.strip()]
    bad = [(code, zh, en) for code, zh, en in fatal if zh.strip()]
    return {
        "title": {"zh": title[0].strip(), "en": title[1].strip()},
        "pass_mark": pass_mark,
        "criteria": [
            {"code": code, "weight": weight, "zh": zh, "en": en}
            for code, (_, weight, zh, en) in zip(_codes("c", kept), kept, strict=True)
        ],
        "fatal": [
            {"code": code, "zh": zh, "en": en}
            for code, (_, zh, en) in zip(_codes("f", bad), bad, strict=True)
        ],
    }


def _codes(letter: str, rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return each row's code; one that has none gets the next that is free."""
    taken = {code for code, *_ in rows}
    free = (name for at in count(1) if (name := f"{letter}{at}") not in taken)
    return [code or next(free) for code, *_ in rows]


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _number(text: str, *, whole: bool) -> Any:
    try:
        return int(text) if whole else float(text)
    except ValueError:
        return text
