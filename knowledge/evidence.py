"""Keyword evidence: which matters a text speaks of, by the words kept beside each matter."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise

from knowledge.directory import Directory
from knowledge.entries import MatterEntry
from nlp.phrases import Hit, longest
from nlp.text import tokenizer

_LONG = {1: 0.4, 2: 1.0, 3: 1.6}
_LONGEST = 2.2
_BY_SOUND = 0.6
_SHORT = 2
_PARENT = 0.5  # a word of the second level speaks for none of its leaves in particular


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a matter: `score` adds up `terms`, each a keyword and its worth."""

    matter: MatterEntry
    score: float
    terms: tuple[tuple[str, float], ...]


def find_evidence(directory: Directory, text: str) -> tuple[Evidence, ...]:
    """Return the matters that the text's words speak for, the strongest first."""
    found: dict[str, dict[str, float]] = {}
    for hit in _hits(directory, text):
        for keyword in directory.by_keyword[hit.phrase]:
            terms = found.setdefault(keyword.matter.code, {})
            value = worth(hit) * keyword.factor
            terms[hit.phrase] = max(value, terms.get(hit.phrase, 0.0))
    evidence = [_evidence(directory.matters[code], terms) for code, terms in found.items()]
    return tuple(sorted(evidence, key=lambda one: (-one.score, -len(one.matter.code))))


def first_levels(evidence: Iterable[Evidence]) -> dict[str, float]:
    """Return the score of each first-level matter; a word counts once for each."""
    words: dict[str, dict[str, float]] = {}
    for one in evidence:
        words.setdefault(one.matter.l1, {}).update(one.terms)
    return {l1: sum(_widest(terms).values()) for l1, terms in words.items()}


def best_below(evidence: Iterable[Evidence], l1: str) -> tuple[Evidence, ...]:
    """Return the matters inside `l1`, a leaf borrowing half of what speaks for its parent."""
    inside = [one for one in evidence if one.matter.l1 == l1]
    parents = {one.matter.code: one for one in inside if len(one.matter.code) == 4}

    def strength(one: Evidence) -> float:
        parent = parents.get(one.matter.code[:4])
        own = one.score if len(one.matter.code) == 6 else one.score * _PARENT
        return own + (_PARENT * parent.score if parent and parent is not one else 0.0)

    return tuple(sorted(inside, key=lambda one: -strength(one)))


def worth(hit: Hit) -> float:
    """Longer words are surer; a word only heard by its sound is half as sure."""
    return _LONG.get(hit.length, _LONGEST) * (1.0 if hit.exact else _BY_SOUND)


def _hits(directory: Directory, text: str) -> list[Hit]:
    """Every word that is written counts; one only heard counts unless a longer one is written."""
    hits = directory.keywords.find(text)
    words = _words(text) if hits else []
    exact = [hit for hit in hits if hit.exact and not _cuts_a_word(hit, words)]
    heard = [
        hit
        for hit in hits
        if not hit.exact
        and all(
            hit.end <= one.start or one.end <= hit.start or one.length < hit.length for one in exact
        )
    ]
    return exact + longest(heard)


def _words(text: str) -> list[tuple[int, int]]:
    """Return where each of jieba's words begins and ends."""
    ends = list(accumulate(map(len, tokenizer().cut(text))))
    return list(pairwise([0, *ends]))


def _cuts_a_word(hit: Hit, words: Iterable[tuple[int, int]]) -> bool:
    """加班 in 增加|班次: a short word across the edge of another is no word of the text."""
    return hit.length <= _SHORT and any(
        start < hit.start < end < hit.end or hit.start < start < hit.end < end
        for start, end in words
    )


def _evidence(matter: MatterEntry, terms: dict[str, float]) -> Evidence:
    ranked = tuple(sorted(_widest(terms).items(), key=lambda term: -term[1]))
    return Evidence(matter, sum(worth for _, worth in ranked), ranked)


def _widest(terms: Mapping[str, float]) -> dict[str, float]:
    """Return the terms without those inside a longer one: 工资 in 拖欠工资 adds nothing.

    A longer word is worth no less than the words it holds.
    """
    return {
        word: max(worth for inner, worth in terms.items() if inner in word)
        for word in terms
        if not any(word != other and word in other for other in terms)
    }
