"""余数: nothing that is published, taken from another thing that is, leaves a few people."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.publishing import anonymity, building, ladder, leftovers, measuring
from dispatch.publishing.anonymity import Record
from dispatch.publishing.building import Built
from dispatch.publishing.figures import Told
from dispatch.publishing.leftovers import Shown
from dispatch.publishing.terms import Terms
from tests.dispatch.publishing import generated_year

ALL = "*"
NO_FIGURES = Told("2026-10", {}, ())
TERMS = Terms(k=6, diversity=2, cell=3, width=3)
Cell = tuple[str, ...]


def record(place: int, matter: int, rating: str, closing: str, who: int) -> Record:
    county, l1 = f"540{place // 2 + 1}{place % 2 + 1:02d}", f"m{matter}"
    return Record(
        quasi=(
            (county, f"{county[:4]}00", ALL),
            (f"{l1}||", f"{l1}||*", f"{l1}|*|*", "*|*|*"),
            ("inquiry", ALL),
            ("web", ALL),
            ("0", ALL),
        ),
        sensitive=(closing, rating),
        who=who,
    )


# Some places and matters are asked about by many, some by a few.
RECORDS = st.lists(
    st.builds(
        record,
        place=st.sampled_from([0, 0, 0, 1, 1, 2, 2, 4, 5]),
        matter=st.sampled_from([0, 0, 0, 0, 1, 1, 2]),
        rating=st.sampled_from(["good", "good", "fair", "bad", "none", "none"]),
        closing=st.sampled_from(["resolved", "resolved", "explained"]),
        who=st.integers(0, 90),
    ),
    min_size=10,
    max_size=150,
)


def rows(built: Built, name: str) -> list[dict[str, str]]:
    body = next(each.body for each in built.files if each.name == name)
    return list(csv.DictReader(io.StringIO(body.decode())))


def table_of(built: Built) -> dict[Cell, int | None]:
    return {
        (row["district"], row["matter_l1"], row["rating"]): int(row["count"])
        if row["count"]
        else None
        for row in rows(built, "statistics.csv")
    }


def shown_in(built: Built, name: str) -> Counter[Cell]:
    """Return how many rows a reader knows to be in each cell."""
    found: Counter[Cell] = Counter()
    for row in rows(built, name):
        code = row["district"]
        place = (code if code == ALL else f"{code[:4]}00", row["matter_l1"], row["rating"])
        found.update(set(product(*((each, ALL) for each in place))))
    return found


def remainders(table: dict[Cell, int | None], known: Counter[Cell]) -> Iterator[int]:
    """Yield what is left of every count that is told, or is a told total less told parts."""
    for cell, told in table.items():
        if told is None:
            continue
        yield told - known[cell]
        for axis in (each for each, name in enumerate(cell) if name == ALL):
            parts = [
                each
                for each in table
                if each[axis] != ALL
                and all(each[along] == cell[along] for along in range(3) if along != axis)
            ]
            hidden = [each for each in parts if table[each] is None]
            rest = told - sum(table[each] or 0 for each in parts)
            yield rest - sum(known[each] for each in hidden)


@settings(max_examples=25, deadline=None)
@given(RECORDS)
def test_taking_published_things_from_each_other_never_leaves_a_few(records: list[Record]) -> None:
    built = building.build("2026-10", records, NO_FIGURES, TERMS)
    assert built.faults == {}
    for name in ("ticket-records.csv", "ticket-records-full.csv"):
        left = list(remainders(table_of(built), shown_in(built, name)))
        assert [each for each in left if 0 < each < TERMS.k] == []


@settings(max_examples=50, deadline=None)
@given(RECORDS)
def test_nobody_is_left_out_beside_others_of_their_place_and_matter(
    records: list[Record],
) -> None:
    steps = [each.step for each in ladder.packaged()]
    cut = ladder.as_statistics()
    safe = anonymity.anonymise(records, steps, k=TERMS.k, diversity=2, cut=cut)
    told: dict[Cell, set[bool]] = {}
    for each, group in safe.shown:
        told.setdefault(each.at(steps[cut]), set()).add(
            group is not None and group[0] != ALL and not group[1].startswith(ALL)
        )
    assert all(len(found) == 1 for found in told.values())
    assert len(safe.rows) + safe.suppressed == len(records) == len(safe.shown)


def test_a_reader_finds_whom_a_told_count_leaves() -> None:
    head = b"month,district,matter_l1,rating,count\n"
    cells = [(place, l1, said) for place in "ab*" for l1 in "x*" for said in ("good", "bad", ALL)]
    counts = dict.fromkeys(cells, 0)
    for place, said, count in (("a", "good", 20), ("a", "bad", 9), ("b", "good", 12)):
        for cell in product((place, ALL), "x*", (said, ALL)):
            counts[cell] += count
    body = head + b"".join(f"m,{','.join(c)},{n}\n".encode() for c, n in counts.items())
    known: Counter[Cell] = Counter(
        {("a", "x", "good"): 20, ("a", "x", "bad"): 7, ("a", "x", ALL): 27}
    )
    table = measuring.read_table(body)
    found = set(measuring.leaving_few(table, known, 6))
    assert ("a", "x", "bad") in found
    assert ("a", "x", ALL) in found
    assert ("a", "x", "good") not in found
    hidden = {**table, ("a", "x", "bad"): None, ("b", "x", "bad"): None}
    assert ("a", "x", ALL) in set(measuring.leaving_few(hidden, known, 6))


def test_what_a_row_does_not_show_is_left_of_its_place_alone() -> None:
    place = ("a", "x", "good")
    people = leftovers.left(
        [Shown(place, None, 1), Shown(place, (ALL, "x", "good"), 2), Shown(place, place, 3)]
    )
    assert people["a", "x", "good"] == people["a", ALL, ALL] == {1, 2}
    assert people[ALL, "x", ALL] == people[ALL, ALL, ALL] == {1}


def test_a_generated_year_leaves_nobody_alone() -> None:
    month, records = next(generated_year.months(800, seed=7))
    built = building.build(month, records, NO_FIGURES, Terms(k=10, diversity=2, cell=5, width=5))
    assert built.faults == {}
    assert built.measures["statistics"]["leaving_few"] == 0
    assert len(rows(built, "ticket-records.csv")) > 0.95 * len(records)
