"""Sounds: how a character may be read, folded so that what speech confuses compares equal."""

from functools import lru_cache

from pypinyin import Style, pinyin

# What recognisers and southern speakers mix up: 平翘舌, n/l, 前后鼻音.
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
_FINALS = (("ing", "in"), ("eng", "en"))
_VOWELS = "aeiouv"


def fold(syllable: str) -> str:
    """Return the toneless syllable with confusable initials and finals made one."""
    for written, folded in _INITIALS:
        if syllable.startswith(written) and len(syllable) > len(written):
            syllable = folded + syllable[len(written) :]
            break
    for written, folded in _FINALS:
        if syllable.endswith(written):
            return syllable[: -len(written)] + folded
    return syllable


@lru_cache(maxsize=16384)
def sounds(character: str) -> frozenset[str]:
    """Return every folded reading of one character; empty when it is not Chinese."""
    if not "\u3400" <= character <= "\u9fff":
        return frozenset()
    readings = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return frozenset(fold(reading) for reading in readings[0]) if readings else frozenset()


@lru_cache(maxsize=4096)
def halves(syllable: str) -> tuple[str, str]:
    """Return the initial and the final of a folded syllable."""
    for at, letter in enumerate(syllable):
        if letter in _VOWELS:
            return syllable[:at], syllable[at:]
    return syllable, ""


@lru_cache(maxsize=65536)
def alike(one: str, other: str) -> bool:
    """Return whether two characters share a reading."""
    return one == other or not sounds(one).isdisjoint(sounds(other))


@lru_cache(maxsize=65536)
def near(one: str, other: str) -> bool:
    """Return whether two characters share a non-empty initial or a final."""
    ours = {half for reading in sounds(one) for half in enumerate(halves(reading)) if half[1]}
    theirs = {half for reading in sounds(other) for half in enumerate(halves(reading)) if half[1]}
    return not ours.isdisjoint(theirs)
