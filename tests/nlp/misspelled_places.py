"""How many places are found when a character of their name is written as another of its sound.

`python -m tests.nlp.misspelled_places` prints the rate and the names that were missed.
"""

from collections.abc import Iterator
from functools import cache

from pypinyin import lazy_pinyin

from knowledge.directory import packaged
from nlp.places import locate
from nlp.text import dictionary

HOME = "540000"
EACH = 3  # the most frequent homophones of each character


@cache
def homophones() -> dict[str, list[str]]:
    """Return by syllable the single characters that general text writes most often."""
    found: dict[str, list[str]] = {}
    frequent = sorted(dictionary().items(), key=lambda word: -word[1])
    for word, count in frequent:
        if len(word) == 1 and count >= 1000 and "\u4e00" <= word <= "\u9fff":
            found.setdefault(lazy_pinyin(word)[0], []).append(word)
    return found


def misspellings(name: str) -> Iterator[str]:
    """Yield the name with one character, its administrative suffix aside, as a homophone."""
    sounds = lazy_pinyin(name)
    if len(sounds) != len(name):
        return
    for at, sound in enumerate(sounds[:-1]):
        others = [one for one in homophones().get(sound, ()) if one != name[at]]
        for other in others[:EACH]:
            yield name[:at] + other + name[at + 1 :]


def found() -> dict[str, tuple[int, int]]:
    """Return by official name how many misspellings of it were found, and of how many."""
    known = packaged()
    result = {}
    for district in known.districts.values():
        if district.code == HOME:
            continue
        wrong = [name for name in misspellings(district.name_zh) if name not in names()]
        right = [
            name
            for name in wrong
            if locate(known.gazetteer, f"我在{name}，路坏了没人修", HOME).code == district.code
        ]
        result[district.name_zh] = len(right), len(wrong)
    return result


def names() -> frozenset[str]:
    return frozenset(packaged().gazetteer.names)


def rate(counts: dict[str, tuple[int, int]]) -> float:
    return sum(right for right, _ in counts.values()) / sum(wrong for _, wrong in counts.values())


if __name__ == "__main__":
    counts = found()
    print(f"{rate(counts):.3f} of {sum(wrong for _, wrong in counts.values())} misspellings")
    print({name: pair for name, pair in counts.items() if pair[0] < pair[1]})
