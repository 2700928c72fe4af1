"""What is withheld of a generated year, by months of so many matters.

`python -m tests.dispatch.publishing.loss [matters] [seed]`. Beside it, the same year as if
nobody took published things from each other.
"""

import sys
from collections import Counter
from dataclasses import replace

from dispatch.publishing import anonymity, building, counting, ladder, measuring, terms
from dispatch.publishing.anonymity import Record
from tests.dispatch.publishing import generated_year

_LADDER = [each.step for each in ladder.packaged()]


def lost(records: list[Record], *, guarded: bool) -> Counter[str]:
    """Return how many rows and cells there are, and how many of them say less or nothing."""
    own = terms.for_release()
    cut = ladder.as_statistics() if guarded else -1
    safe = anonymity.anonymise(records, _LADDER, k=own.k, diversity=own.diversity, cut=cut)
    full = next(
        each for each in building.record_files("", safe) if each.name == f"{building.FULL}.csv"
    )
    rows = measuring.floors(full.body)
    table = counting.told(safe, rows, own if guarded else replace(own, k=1))
    return Counter(
        {
            "rows": len(records),
            "rows left out": safe.suppressed,
            "rows without place or matter": sum(safe.per_step[ladder.as_statistics() + 1 :]),
            "cells": len(table),
            "cells withheld": sum(count is None for count in table.values()),
            "counts that leave few": len(set(measuring.leaving_few(table, rows, own.k))),
        }
    )


def main() -> None:
    """Print both sums over twelve months."""
    matters = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    for guarded in (False, True):
        whole: Counter[str] = Counter()
        for _, records in generated_year.months(matters, seed=seed):
            whole.update(lost(records, guarded=guarded))
        print("guarded" if guarded else "not guarded")
        for name, count in whole.items():
            of = whole["rows" if name.startswith("rows") else "cells"]
            print(f"  {name:30} {count:8} {100 * count / of:6.2f} %")


if __name__ == "__main__":
    main()
