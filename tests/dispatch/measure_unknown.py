"""What holding back the unknown costs and spares: `python -m tests.dispatch.measure_unknown`.

Reads the labelled rows of `../shared`; prints counts only. A department's orders are right when
the first level is one of those that such a department answers for.
"""

import csv
import gzip
import random
import re
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path

from dispatch.routing import reading
from dispatch.routing.auto import OPTED_IN_THRESHOLD
from dispatch.routing.reading import UNKNOWN_AT_MOST, Reading, read
from dispatch.routing.router import shipped_model
from knowledge.directory import packaged
from nlp import text
from nlp.evaluate import read_rows

ROWS = Path(__file__).parents[3] / "shared" / "data" / "routing"
ANSWERS_FOR = (
    ("交通警察", {"交通运输", "公安政法"}),
    ("公安", {"公安政法"}),
    ("政务服务", {"其他"}),
    ("城市管理|市政市容", {"城乡建设", "环境保护"}),
    ("交通|港航|机场|海汽", {"交通运输"}),
    ("住房|水务有限|燃气|供电|市政|园林|绿化|排水|水务资产", {"城乡建设"}),
    ("工商|物价", {"商贸旅游"}),
    ("食品药品", {"商贸旅游", "卫生计生"}),
    ("教育", {"教育文体"}),
    ("文化体育", {"教育文体", "商贸旅游"}),
    ("社会保险", {"劳动和社会保障", "卫生计生"}),
    ("人力资源|劳动", {"劳动和社会保障"}),
    ("卫生", {"卫生计生"}),
    ("环境", {"环境保护"}),
    ("国土|规划", {"自然资源", "城乡建设"}),
    ("民政", {"民政"}),
    ("水务局", {"城乡建设", "环境保护", "农牧"}),
)
Judged = list[tuple[Reading, bool]]


def main() -> None:
    """Print one line for each set of texts."""
    reading.UNKNOWN_AT_MOST = 1.0  # as if nothing were held; `_tell` reckons both
    for part in ("train", "dev"):
        orders = _orders(ROWS / f"departments_{part}.csv.gz")
        _tell(f"departments_{part}", orders)
        new = [one for one in orders if one[0].matched.matter.l1 != "公安政法"]
        _tell(f"departments_{part}, not 公安政法", new)
        praise = [one for one in orders if one[0].matched.matter.l2 == "表扬"]
        print(f"  of {len(praise)} commendations the hotline's own: {sum(r for _, r in praise)}")
    texts, labels = read_rows(ROWS / "matters_dev.csv.gz", "text_seg", "label")
    whole = [one.replace(" ", "") for one in texts]
    _tell("matters_dev", _matters(whole, labels))
    _tell("matters_dev, first 60 characters", _matters([one[:60] for one in whole], labels))
    _tell("words drawn from the dictionary", [(one, False) for one in _read(_talk(1000))])


def _tell(name: str, judged: Judged) -> None:
    """Say how many the limit holds, and what passes the threshold without it and with it."""
    unknown = [(one, right) for one, right in judged if not one.prediction.known]
    held = [right for one, right in unknown if one.matched.probability > UNKNOWN_AT_MOST]
    sure = [(one, right) for one, right in judged if one.matched.probability >= OPTED_IN_THRESHOLD]
    now = [right for one, right in sure if one.prediction.known]
    print(
        f"{name}: {len(judged)} texts, {len(unknown)} unknown, {len(held)} held, {sum(held)} of "
        f"those right; above {OPTED_IN_THRESHOLD}: {_share([r for _, r in sure])} right before, "
        f"{_share(now)} now"
    )


def _share(right: list[bool]) -> str:
    return f"{sum(right)} of {len(right)}"


def _orders(path: Path) -> Judged:
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        rows = [(row["text_nodir"], _levels(row["dept_main"])) for row in csv.DictReader(file)]
    kept = [(said, levels) for said, levels in rows if levels]
    readings = _read(said for said, _ in kept)
    return [
        (one, one.matched.matter.l1 in levels)
        for one, (_, levels) in zip(readings, kept, strict=True)
    ]


def _levels(department: str) -> set[str]:
    return next((levels for said, levels in ANSWERS_FOR if re.search(said, department)), set())


def _matters(texts: Sequence[str], labels: Sequence[str]) -> Judged:
    return [
        (one, one.matched.matter.l1 == label)
        for one, label in zip(_read(texts), labels, strict=True)
    ]


def _read(texts: Iterable[str]) -> list[Reading]:
    return [read(one, packaged(), shipped_model(), "540100") for one in texts]


def _talk(count: int) -> list[str]:
    """Return texts of 3 to 25 words drawn from the dictionary's counts: about nothing."""
    draw = random.Random(7)  # noqa: S311  # a sample, not a secret
    words, weights = zip(*text.dictionary().items(), strict=True)
    heap = list(accumulate(weights))
    return [
        "".join(draw.choices(words, cum_weights=heap, k=draw.randint(3, 25))) for _ in range(count)
    ]


if __name__ == "__main__":
    main()
