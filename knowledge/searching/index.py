"""The index: rankings of what can be found, added up, filtered, and never the expired first."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

import numpy as np

from knowledge.searching import terms
from knowledge.searching.entries import Asked, Entry, Found, Kind
from knowledge.searching.filters import Filters
from knowledge.searching.ranking import Ranking, Scores
from knowledge.searching.terms import Terms
from knowledge.searching.weights import Layer

BY_SOUND = 0.8  # what only sounds alike covers less
LOOKING_UP = {"words": terms.of_words, "grams": terms.of_grams, "sounds": terms.of_sounds}
AT_ONCE = 4000  # entries of which all terms are held while an index is built

Key = tuple[Kind, int]


class Index:
    """Built once over entries; a later one takes the place of that with the same kind and id."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._keys: list[Key] = []
        self._filters = Filters()
        layers = {name: Layer() for name in LOOKING_UP}
        for some in _batches(map(_plain, _kept(entries))):
            self._keys += [(entry.kind, entry.id) for entry in some]
            self._filters.add(some)
            for name, layer in layers.items():
                layer.add(_documents(name, some))
        self._place = {key: at for at, key in enumerate(self._keys)}
        self._rankings = {name: Ranking(layers.pop(name)) for name in LOOKING_UP}
        self.later = 0

    def __len__(self) -> int:
        return len(self._place)

    def put(self, *entries: Entry) -> None:
        """Add the entries, each in the place of its former self, if any; drop what is gone."""
        latest = {(entry.kind, entry.id): entry for entry in entries}
        for kind, id in latest:
            self.drop(id, kind)
        latest = {key: entry for key, entry in latest.items() if not entry.gone}
        for key in latest:
            self._place[key] = len(self._keys)
            self._keys.append(key)
        for some in _batches(map(_plain, latest.values())):
            self._filters.add(some)
            for name, ranking in self._rankings.items():
                ranking.add(_documents(name, some))
        self.later += len(latest)

    def drop(self, id: int, kind: Kind = Kind.ARTICLE) -> None:
        """Find this one no more."""
        before = self._place.pop((kind, id), None)
        if before is not None:
            self._filters.drop(before)

    def search(self, asked: Asked) -> list[Found]:
        """Return what answers best; behind those that hold, who no longer does.

        Of the expired only what would be among the first by its words alone.
        """
        if not self._place or not asked.text.strip():
            return []
        text = terms.plain(asked.text)
        queries = {name: look_up([text]) for name, look_up in LOOKING_UP.items()}
        # An entry that is put in meanwhile stands in some of these lists and not yet in others.
        listed = {name: rank.scores(queries[name]) for name, rank in self._rankings.items()}
        allowed = self._filters.allowed(asked)
        known = min(len(allowed), *map(len, listed.values()))
        scores = {name: found[:known] * allowed[:known] for name, found in listed.items()}
        most = {name: rank.most(queries[name]) for name, rank in self._rankings.items()}
        worth = added(scores, most) * self._filters.counts()[:known]
        found = []
        for at in _best(worth, 3 * asked.limit):
            written = float(scores["words"][at]) / most["words"]
            heard = BY_SOUND * float(scores["sounds"][at]) / most["sounds"]
            kind, id = self._keys[at]
            over = self._filters.expired(at, asked)
            found.append(Found(id, float(worth[at]), max(written, heard), over, kind))
        holding = [each for each in found if not each.expired][: asked.limit]
        return holding + [each for each in found[: asked.limit] if each.expired]


def added(scores: Mapping[str, Scores], most: Mapping[str, float]) -> Scores:
    """Return what each place is worth: how much of the query it covers, by each ranking, in sum.

    A ranking that knows little of what was asked says little: misheard words weigh by their sound.
    """
    shares = [each / most[name] for name, each in scores.items()]
    worth: Scores = np.sum(shares, axis=0, dtype=np.float32)
    return worth


def _best(worth: Scores, count: int) -> list[int]:
    """Return the places that are worth most, the best first; of equals the first."""
    if not len(worth):
        return []
    least = np.partition(worth, -count)[-count] if len(worth) > count else 0.0
    top = np.flatnonzero((worth >= least) & (worth > 0))
    ordered = top[np.argsort(-worth[top], kind="stable")]
    return [int(at) for at in ordered[:count]]


def _kept(entries: Iterable[Entry]) -> Iterator[Entry]:
    return (entry for entry in entries if not entry.gone)


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    waiting = iter(entries)
    while some := list(islice(waiting, AT_ONCE)):
        yield some


def _plain(entry: Entry) -> Entry:
    return replace(entry, head=terms.plain(entry.head), body=terms.plain(entry.body))


def _documents(name: str, entries: Iterable[Entry]) -> Terms:
    if name == "sounds":  # of the body would be noise: it is not what callers say
        return LOOKING_UP[name]([entry.head for entry in entries])
    return LOOKING_UP[name]([f"{entry.head}\n{entry.body}" for entry in entries])
