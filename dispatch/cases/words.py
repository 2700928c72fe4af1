"""By what a case is searched: Chinese by neighbouring characters, all else by words.

A dictionary would part 路灯不亮 as 路 and 灯不亮, and whoever asks for 路灯 would not find it.
"""

import re

from knowledge.searching import terms

_CHINESE = re.compile("[\u3400-\u9fff]+")


def of_text(text: str) -> list[str]:
    """Return all by which the text is found, sorted, each once."""
    plain = terms.plain(text)
    runs = _CHINESE.findall(plain)
    return sorted(
        {*_others(plain), *"".join(runs), *(pair for run in runs for pair in _pairs(run))}
    )


def asked(text: str) -> list[str]:
    """Return what a text must have to be found by these words, sorted, each once."""
    plain = terms.plain(text)
    return sorted(
        {*_others(plain), *(key for run in _CHINESE.findall(plain) for key in _keys(run))}
    )


def _keys(run: str) -> list[str]:
    return _pairs(run) if len(run) > 1 else [run]


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _others(plain: str) -> set[str]:
    return {word for word in terms.words(plain) if not _CHINESE.search(word)}
