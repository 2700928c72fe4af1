"""Written Chinese as the hotline keeps it: simplified, without spaces between characters."""

import re
from functools import cache

from opencc import OpenCC

_HAN = r"\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff，。！？、；："
_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])")


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def simplify(text: str) -> str:
    """Returns `text` with traditional characters (繁体) made simplified, and no more."""
    return str(_converter().convert(text))


def join_words(text: str) -> str:
    """Returns `text` without the spaces a recogniser puts between Chinese words.

    A space beside a Latin word, a number or another script stays.
    """
    return _BETWEEN_HAN.sub("", text.strip())
