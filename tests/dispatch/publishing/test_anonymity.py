"""k-匿名: nobody stands out in what is written, whatever the rows were."""

import itertools
import random
from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dispatch.publishing import anonymity, attacking, files, ladder
from dispatch.publishing.anonymity import Record

LADDER = [each.step for each in ladder.packaged()]
NAMES = ("place", "matter", "kind", "source", "days")


_PEOPLE = itertools.count(1)


def record(place: int, matter: int, kind: int, closing: int, rating: int) -> Record:
    return Record(
        quasi=(
            (f"c{place}", f"p{place // 3}", "*"),
            (f"m{matter}", f"n{matter // 2}", f"o{matter // 4}", "*"),
            (f"k{kind}", "*"),
            (f"s{(place + matter) % 2}", "*"),
            (f"d{kind % 2}", "*"),
        ),
        sensitive=(f"e{closing}", f"r{rating}"),
        who=next(_PEOPLE),
    )


RECORDS = st.lists(
    st.builds(
        record,
        place=st.integers(0, 8),
        matter=st.integers(0, 7),
        kind=st.integers(0, 2),
        closing=st.integers(0, 2),
        rating=st.integers(0, 3),
    ),
    max_size=120,
)


def written(safe: anonymity.Anonymous) -> bytes:
    columns = (*NAMES, "closing", "rating")
    rows = [dict(zip(columns, (*group, *sensitive), strict=True)) for group, sensitive in safe.rows]
    return files.as_csv(columns, rows)


@given(RECORDS, st.integers(1, 8), st.integers(1, 3))
def test_who_reads_the_file_finds_nobody_alone(
    records: list[Record], k: int, diversity: int
) -> None:
    safe = anonymity.anonymise(records, LADDER, k=k, diversity=diversity)
    found = attacking.attack(written(safe), NAMES, ("closing", "rating"), k=k)
    assert found.alone == 0
    assert found.rows + safe.suppressed == len(records)
    assert sum(safe.per_step) == found.rows
    if found.rows:
        assert found.k >= k
        assert min(found.diversity.values()) >= diversity
        assert all(0 <= each <= 1 for each in found.closeness.values())


@given(RECORDS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(
    records: list[Record], chance: random.Random
) -> None:
    shuffled = list(records)
    chance.shuffle(shuffled)
    assert anonymity.anonymise(records, LADDER, k=3, diversity=2) == anonymity.anonymise(
        shuffled, LADDER, k=3, diversity=2
    )


@given(RECORDS)
def test_a_row_is_only_ever_made_coarser(records: list[Record]) -> None:
    safe = anonymity.anonymise(records, LADDER, k=4, diversity=1)
    possible = Counter((each.at(step), each.sensitive) for each in records for step in LADDER)
    assert all(row in possible for row in safe.rows)


def test_what_is_common_stays_as_it_is_and_one_of_a_kind_is_left_out() -> None:
    many = [record(1, 1, 1, number % 2, number % 3) for number in range(10)]
    alone = record(8, 7, 0, 0, 0)
    safe = anonymity.anonymise([*many, alone], LADDER, k=10, diversity=2)
    assert safe.per_step == (10, *[0] * (len(LADDER) - 1))
    assert safe.suppressed == 1
    assert {group for group, _ in safe.rows} == {("c1", "m1", "k1", "s0", "d1")}


def test_ten_who_all_said_the_same_are_not_told_apart_from_others() -> None:
    alike = [record(1, 1, 1, 0, 1) for _ in range(10)]
    others = [record(2, 1, 1, 1, 2) for _ in range(10)]
    safe = anonymity.anonymise([*alike, *others], LADDER, k=10, diversity=2)
    assert {group[0] for group, _ in safe.rows} == {"p0"}
    assert safe.suppressed == 0


def test_one_who_asks_ten_times_is_no_group_of_ten() -> None:
    often = [replace(record(1, 1, 1, at % 2, at % 3), who=0) for at in range(10)]
    assert anonymity.anonymise(often, LADDER, k=10, diversity=2).rows == ()
    others = [record(1, 1, 1, at % 2, at % 3) for at in range(9)]
    assert len(anonymity.anonymise([*often, *others], LADDER, k=10, diversity=2).rows) == 19


def test_the_attack_finds_who_stands_alone() -> None:
    body = b"place,rating\na,good\na,bad\nb,good\n"
    found = attacking.attack(body, ("place", "days"), ("rating",), k=2)
    assert (found.rows, found.groups, found.k, found.alone) == (3, 2, 1, 1)
    assert found.diversity == {"rating": 1}
    assert found.closeness == {"rating": 0.3333}
