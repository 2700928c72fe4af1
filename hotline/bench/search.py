"""`bench search`: whether an article is found, how soon, and what the index costs.

Known items: `replies_dev` (title → own request, title → official reply). Size: articles made of
words that mean nothing together, so that nobody's text is needed. All in process.
"""

import csv
import gzip
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import quantiles
from typing import Any

from hotline.bench import memory
from hotline.core.errors import CannotStart
from knowledge.articles import seeding
from knowledge.searching import terms
from knowledge.searching.entries import Asked, Entry
from knowledge.searching.index import Index
from nlp import text

Say = Callable[[str], None]
# Issue 9's numbers; of the first five the least, of the others the most.
LEAST = {
    "own_mrr10": 0.88,
    "own_r10": 0.96,
    "reply_mrr10": 0.60,
    "reply_r10": 0.75,
    "homophone_top5": 0.90,
}
MOST = {"p95_ms": 30.0, "build_s": 60.0, "fresh_s": 2.0, "memory_mb": 600.0}
TODAY = date(2026, 1, 1)
SEED = 12345


@dataclass(frozen=True)
class Outcome:
    """The figures, as `--json` prints them, and each limit that was missed."""

    figures: dict[str, Any]
    missed: tuple[str, ...]


def measure(replies: Path, articles: int, queries: int, say: Say) -> Outcome:
    """Return how well and how fast `articles` are found; raise CannotStart without the replies."""
    figures: dict[str, Any] = {"articles": articles}
    rows = _rows(replies)
    for name, column in (("own", "detail"), ("reply", "reply")):
        say(f"known items: title → {column}")
        figures |= _known_items(rows, name, column)
    figures["homophone_top5"] = _homophones(queries)
    figures |= _size(articles, queries, say)
    return Outcome(figures, tuple(_missed(figures)))


def _rows(file: Path) -> list[dict[str, str]]:
    if not file.is_file():
        raise CannotStart(f"{file} is not there.", remedy="Name it by --replies.")
    with gzip.open(file, "rt", encoding="utf-8") as opened:
        return list(csv.DictReader(opened))


def _known_items(rows: Sequence[dict[str, str]], name: str, column: str) -> dict[str, float]:
    index = Index(Entry(at, "", row[column]) for at, row in enumerate(rows))
    places = [_place(index, row["title"], at) for at, row in enumerate(rows)]
    found = [each for each in places if each]
    return {
        f"{name}_mrr10": round(sum(1 / each for each in found) / len(rows), 4),
        f"{name}_r10": round(len(found) / len(rows), 4),
    }


def _place(index: Index, asked: str, id: int, *, limit: int = 10) -> int:
    """Return at which place the article is found, 0 for none of the first."""
    found = [each.id for each in index.search(Asked(asked, TODAY, limit=limit))]
    return found.index(id) + 1 if id in found else 0


def _homophones(queries: int) -> float:
    """Return how often a packaged question with two characters misheard still finds its article."""
    held = [wording for _, wording in seeding.packaged()]
    index = Index(
        _entry(at, each.question, each.variants, each.say) for at, each in enumerate(held)
    )
    chance, alike = random.Random(SEED), _alike()  # noqa: S311  # no secret
    asked = [
        (at, misheard)
        for at, each in enumerate(held)
        for wording in (each.question, *each.variants)
        if (misheard := _misheard(wording, alike, chance))
    ][: max(queries, 1)]
    found = sum(1 for at, misheard in asked if 0 < _place(index, misheard, at) <= 5)
    return round(found / len(asked), 4)


def _entry(id: int, question: str, variants: Sequence[str], body: str) -> Entry:
    return Entry(id, "\n".join((question, *variants)), body)


def _alike() -> dict[str, list[str]]:
    """Return common characters by how they sound."""
    groups: dict[str, list[str]] = {}
    for word, count in text.dictionary().items():
        if len(word) == 1 and text.is_han(word) and count > 200:
            groups.setdefault(terms.reading(word), []).append(word)
    return groups


def _misheard(wording: str, alike: dict[str, list[str]], chance: random.Random) -> str:
    """Return the wording with two characters misheard as others of their sound; or nothing."""
    letters = list(wording)
    sound = [alike.get(terms.reading(each), []) for each in letters]
    places = [at for at, others in enumerate(sound) if len(others) > 1]
    if len(letters) < 5 or len(places) < 2:
        return ""
    for at in chance.sample(places, 2):
        others = [each for each in alike[terms.reading(letters[at])] if each != letters[at]]
        letters[at] = chance.choice(others)
    return "".join(letters)


def _size(articles: int, queries: int, say: Say) -> dict[str, Any]:
    text.warm()
    terms.reading("暖")
    entries, asked = list(_made(articles)), _asked(articles, queries)
    idle = memory.resident_mb()
    say(f"building an index of {articles}")
    began, worked = time.perf_counter(), time.process_time()
    with memory.Peak() as first:
        index = Index(entries)
    build_s, build_cpu_s = time.perf_counter() - began, time.process_time() - worked
    held_mb = memory.resident_mb() - idle
    say(f"asking it {queries} times")
    worked = time.process_time()
    alone = _timed(index, asked)
    cpu_ms = (time.process_time() - worked) / max(1, len(asked)) * 1000
    fresh_s = _fresh(index, articles)
    say("asking it while another is built")
    building = threading.Thread(target=lambda: Index(entries), daemon=True)
    with memory.Peak() as second:
        building.start()
        meanwhile = _while(building, index, asked)
        building.join()
    return {
        "p95_ms": _p95(alone),
        "mean_cpu_ms": round(cpu_ms, 1),
        "p95_while_building_ms": _p95(meanwhile),
        "build_s": round(build_s, 1),
        "build_cpu_s": round(build_cpu_s, 1),
        "fresh_s": round(fresh_s, 4),
        "held_mb": round(held_mb),
        "first_build_mb": round(first.mb - idle),
        "memory_mb": round(second.mb - idle),
    }


def _made(count: int) -> Iterator[Entry]:
    chance, words = random.Random(SEED), _vocabulary()  # noqa: S311  # no secret
    for id in range(count):
        head = "".join(chance.choices(words, k=5)) + "怎么办"
        body = "，".join("".join(chance.choices(words, k=6)) for _ in range(10))
        yield Entry(id, head, body, f"d{id % 60}", "540100" if id % 3 else "")


def _asked(articles: int, queries: int) -> list[str]:
    every = max(1, articles // queries)
    return [entry.head for entry in _made(articles) if entry.id % every == 0][:queries]


def _vocabulary() -> list[str]:
    """Return the commonest words, as often as they are used: postings as long as real ones."""
    known = text.dictionary().items()
    common = sorted(
        ((count, word) for word, count in known if len(word) == 2 and text.is_han(word)),
        reverse=True,
    )[:8000]
    return [word for count, word in common for _ in range(1 + count // 2000)]


def _timed(index: Index, asked: Sequence[str]) -> list[float]:
    spans = []
    for each in asked:
        began = time.perf_counter()
        index.search(Asked(each, TODAY, ("540102", "540100", "540000")))
        spans.append(time.perf_counter() - began)
    return spans


def _while(building: threading.Thread, index: Index, asked: Sequence[str]) -> list[float]:
    """Ask again and again, with a breath between, as long as the other is built."""
    spans: list[float] = []
    while building.is_alive():
        spans += _timed(index, asked[len(spans) % len(asked) :][:1])
        time.sleep(0.02)
    return spans


def _fresh(index: Index, articles: int) -> float:
    """Return how long after it is published an article is found."""
    began = time.perf_counter()
    index.put(Entry(articles, "野牦牛进村了找谁", "请远离，告诉我位置。"))
    place = _place(index, "野牦牛进村", articles)
    return time.perf_counter() - began if place else float("inf")


def _p95(spans: Sequence[float]) -> float:
    return round(quantiles(spans, n=20)[-1] * 1000, 1) if len(spans) > 1 else 0.0


def _missed(figures: dict[str, Any]) -> Iterator[str]:
    for name, least in LEAST.items():
        if figures[name] < least:
            yield f"{name} {figures[name]} < {least}"
    for name, most in MOST.items():
        if figures[name] > most:
            yield f"{name} {figures[name]} > {most}"
