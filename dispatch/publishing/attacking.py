"""攻击测试: what can be read from the written file of records by who has nothing else.

It reads the bytes as anybody would, and shares no code with the rules that made them.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attack:
    """`k` is the smallest group, 0 in an empty file; `alone` the combinations below the asked k."""

    rows: int
    groups: int
    k: int
    alone: int
    diversity: dict[str, int]  # of each sensitive column: the fewest values in one group
    closeness: dict[str, float]  # of each: the farthest a group lies from all (0 to 1)


def attack(written: bytes, quasi: Sequence[str], sensitive: Sequence[str], *, k: int) -> Attack:
    """Return what the file gives away; a column that the file has not is left out."""
    rows = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in quasi if name in row)].append(row)
    sizes = [len(members) for members in groups.values()]
    diversity, closeness = {}, {}
    for name in sensitive:
        whole = Counter(row[name] for row in rows)
        parts = [Counter(row[name] for row in members) for members in groups.values()]
        diversity[name] = min(map(len, parts), default=0)
        closeness[name] = round(max((_apart(each, whole) for each in parts), default=0.0), 4)
    return Attack(
        rows=len(rows),
        groups=len(sizes),
        k=min(sizes, default=0),
        alone=sum(size < k for size in sizes),
        diversity=diversity,
        closeness=closeness,
    )


def _apart(part: Counter[str], whole: Counter[str]) -> float:
    some, all_ = sum(part.values()), sum(whole.values())
    return sum(abs(part[each] / some - whole[each] / all_) for each in whole) / 2
