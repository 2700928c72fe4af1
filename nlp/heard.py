"""Misheard words: a recogniser's homophones of the words that urgency and kind are read by."""

from functools import cache, lru_cache
from importlib.resources import files

from pypinyin import lazy_pinyin

from nlp.phrases import SHORTEST_BY_SOUND, Hit, Phrases
from nlp.sounds import alike
from nlp.text import frequency, is_han, tokenizer

_SHORTEST = 2


@cache
def words() -> Phrases:
    """Return the packaged words (nlp/data/heard_words.txt)."""
    written = files("nlp").joinpath("data/heard_words.txt").read_text("utf-8")
    return Phrases.of(written.split(), shortest_by_sound=_SHORTEST)


def respelled(text: str) -> str:
    """Return the text, as long as it was, with homophones of the known words spelled as those.

    Of two syllables only what makes no word of its own is believed: 找火 becomes 着火, but 打假 and
    the 建一 of 建一个 stay. Longer words go first.
    """
    spelled, taken, loose = list(text), set[int](), None
    hits = [hit for hit in words().find(text) if hit.exact or _sounds_whole(hit)]
    for hit in sorted(hits, key=lambda hit: (-hit.length, not hit.exact, hit.start)):
        if not taken.isdisjoint(range(hit.start, hit.end)):
            continue
        if not hit.exact and hit.length < SHORTEST_BY_SOUND:
            loose = _loose(text) if loose is None else loose
            if not loose.issuperset(range(hit.start, hit.end)):
                continue
        taken.update(range(hit.start, hit.end))
        spelled[hit.start : hit.end] = hit.phrase
    return "".join(spelled)


def shown(text: str, spelled: str, start: int, end: int) -> str:
    """Return what the text says there, and beside it the word it was heard as."""
    written, meant = text[start:end], spelled[start:end]
    return written if written == meant else f"{written}≈{meant}"


def _sounds_whole(hit: Hit) -> bool:
    pairs = list(zip(hit.heard, hit.phrase, strict=True))
    if hit.length < SHORTEST_BY_SOUND:
        return _said(hit.heard) == _said(hit.phrase)
    return all(alike(one, other) for one, other in pairs) and not frequency(hit.heard)


@lru_cache(maxsize=4096)
def _said(word: str) -> tuple[str, ...]:
    """Return how the word is usually read: a rare reading (和 as huo) makes 其和 no 起火."""
    return tuple(lazy_pinyin(word))


def _loose(text: str) -> set[int]:
    """Return the places of characters that belong to no word of the dictionary."""
    places: set[int] = set()
    at = 0
    for word in tokenizer().cut(text, HMM=False):
        if is_han(word) and (len(word) == 1 or not frequency(word)):
            places.update(range(at, at + len(word)))
        at += len(word)
    return places
