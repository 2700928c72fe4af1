"""Clean text and cut it into words; every reader of Chinese text in the project starts here."""

import functools
import logging
import re
import unicodedata
import warnings
from collections.abc import Iterator
from typing import Any

_BLANKS = re.compile(r"\s+")
# Tibetan is written in syllables parted by tsheg and shad; jieba would part every sign.
_TIBETAN = re.compile(r"([\u0F18-\u0F19\u0F20-\u0F39\u0F3E-\u0F84\u0F86-\u0FBC]+)")
_HAN = re.compile(r"[\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF]+")


def normalise(text: str) -> str:
    """Return `text` in NFKC without control or format characters, each run of blanks one space."""
    spaced = _BLANKS.sub(" ", unicodedata.normalize("NFKC", text))
    shown = "".join(c for c in spaced if unicodedata.category(c)[0] != "C")
    # What a hidden sign kept apart meets now: signs may combine and blanks may touch.
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", shown)).strip()


def tokens(text: str) -> list[str]:
    """Return the words of `text` in order: jieba's for Chinese, syllables for Tibetan.

    Punctuation and blanks are left out; letters keep their case.
    """
    return [word for word in _pieces(normalise(text)) if any(map(str.isalnum, word))]


def warm() -> None:
    """Load jieba's dictionary (about half a second, 60 MB) ahead of the first request."""
    tokenizer()


def is_han(word: str) -> bool:
    """Tell whether `word` consists of Chinese characters only."""
    return _HAN.fullmatch(word) is not None


def frequency(word: str) -> int:
    """Return how often jieba's dictionary counted `word` in general text; 0 if it isn't in it."""
    return int(tokenizer().FREQ.get(word, 0))


def dictionary() -> dict[str, int]:
    """Return jieba's words and their counts in general text."""
    return {word: count for word, count in tokenizer().FREQ.items() if count}


def _pieces(text: str) -> Iterator[str]:
    for index, part in enumerate(_TIBETAN.split(text)):
        if index % 2:
            yield part
        elif part:
            yield from tokenizer().cut(part)


@functools.cache
def tokenizer() -> Any:
    """Return the project's one jieba tokenizer, its dictionary loaded."""
    # jieba's source has unescaped regular expressions and looks for pkg_resources: both warn.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    # `initialize()` would unmarshal a file from the shared temporary folder, which any user of
    # the machine can write; parsing the dictionary costs little more and trusts the package only.
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer
