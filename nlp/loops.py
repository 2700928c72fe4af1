"""Finds the repetition loops a decoder falls into, and shortens them."""

import re

_LEAST_REPEATS = 4
_LEAST_LENGTH = 12  # characters: longer than any number that is read out (an 11-digit 手机号)
_KEPT_REPEATS = 2
_RUN = re.compile(rf"(.{{1,30}}?)\1{{{_LEAST_REPEATS - 1},}}", re.DOTALL)


def looping(text: str) -> bool:
    """Says whether some piece of `text` repeats at once too often for a person to have said it."""
    return any(len(run.group()) >= _LEAST_LENGTH for run in _RUN.finditer(text))


def cut_loops(text: str) -> str:
    """Returns `text` with each loop cut to two rounds; what stands around a loop is kept."""

    def _shorten(run: re.Match[str]) -> str:
        if len(run.group()) < _LEAST_LENGTH:
            return run.group()
        return run.group(1) * _KEPT_REPEATS

    return _RUN.sub(_shorten, text)
