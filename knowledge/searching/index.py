"""The index: rankings of the articles fused by place, filtered, and never the expired first."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from knowledge.searching import terms
from knowledge.searching.entries import Asked, Entry, Found
from knowledge.searching.filters import Filters
from knowledge.searching.ranking import Ranking, Scores

# Reciprocal rank fusion: a document is worth the sum of weight / (FLAT + place).
FLAT = 5
WEIGHTS: Mapping[str, float] = {"words": 1.0, "grams": 1.0, "sounds": 0.7}
LOOKED_AT = 100  # places of each ranking that count
HEAD_TIMES = 3  # a question's words weigh as if they stood there so often
BY_SOUND = 0.8  # what only sounds alike covers less
LOOKING_UP = {"words": terms.words, "grams": terms.grams, "sounds": terms.sounds}


class Index:
    """Built once over entries; a later one takes the place of that with the same id."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        held = [_plain(entry) for entry in entries]
        self._ids = [entry.id for entry in held]
        self._place = {entry.id: at for at, entry in enumerate(held)}
        self._filters = Filters(held)
        self._rankings = {name: Ranking(map(partial(_document, name), held)) for name in LOOKING_UP}
        self.later = 0

    def __len__(self) -> int:
        return len(self._place)

    def put(self, entry: Entry) -> None:
        """Add the entry, or let it take its former place."""
        self.drop(entry.id)
        self._place[entry.id] = len(self._ids)
        self._ids.append(entry.id)
        self._filters.add(entry)
        for name, ranking in self._rankings.items():
            ranking.add(_document(name, _plain(entry)))
        self.later += 1

    def drop(self, id: int) -> None:
        """Find this article no more."""
        before = self._place.pop(id, None)
        if before is not None:
            self._filters.drop(before)

    def search(self, asked: Asked) -> list[Found]:
        """Return the articles that answer best; behind those that hold, who no longer does.

        Of the expired only what would be among the first by its words alone.
        """
        if not self._place or not asked.text.strip():
            return []
        text = terms.plain(asked.text)
        queries = {name: look_up(text) for name, look_up in LOOKING_UP.items()}
        # An entry that is put in meanwhile stands in some of these lists and not yet in others.
        listed = {name: rank.scores(queries[name]) for name, rank in self._rankings.items()}
        allowed = self._filters.allowed(asked)
        known = min(len(allowed), *map(len, listed.values()))
        if not known:
            return []
        scores = {name: found[:known] * allowed[:known] for name, found in listed.items()}
        covers = self._covers(queries, scores)
        most = sorted(fused(scores).items(), key=lambda each: -each[1])
        found = [
            Found(self._ids[at], worth, covers(at), self._filters.expired(at, asked))
            for at, worth in most[: 3 * asked.limit]
        ]
        holding = [each for each in found if not each.expired][: asked.limit]
        return holding + [each for each in found[: asked.limit] if each.expired]

    def _covers(
        self, queries: Mapping[str, list[str]], scores: Mapping[str, Scores]
    ) -> Callable[[int], float]:
        whole = {name: self._rankings[name].most(queries[name]) for name in ("words", "sounds")}

        def covers(at: int) -> float:
            written = float(scores["words"][at]) / whole["words"]
            heard = BY_SOUND * float(scores["sounds"][at]) / whole["sounds"]
            return max(written, heard)

        return covers


def fused(scores: Mapping[str, Scores]) -> dict[int, float]:
    """Return what each place is worth that is high in any of the rankings."""
    worth: dict[int, float] = {}
    for name, each in scores.items():
        for rank, at in enumerate(_best(each)):
            worth[at] = worth.get(at, 0.0) + WEIGHTS[name] / (FLAT + rank + 1)
    return worth


def _best(scores: Scores) -> list[int]:
    count = min(LOOKED_AT, len(scores))
    top = np.argpartition(-scores, count - 1)[:count]
    ordered = top[np.argsort(-scores[top], kind="stable")]
    return [int(at) for at in ordered if scores[at] > 0]


def _plain(entry: Entry) -> Entry:
    return replace(entry, head=terms.plain(entry.head), body=terms.plain(entry.body))


def _document(name: str, entry: Entry) -> list[str]:
    look_up = LOOKING_UP[name]
    if name == "sounds":
        return look_up(entry.head)
    return look_up(entry.head) * HEAD_TIMES + look_up(entry.body)
