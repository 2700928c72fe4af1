import itertools

from hypothesis import given
from hypothesis import strategies as st

from nlp.phrases import Phrases, longest

INDEX = Phrases.of(["拖欠工资", "工资", "红绿灯", "停水"])


def heard(text: str) -> list[tuple[str, bool]]:
    return [(hit.phrase, hit.exact) for hit in INDEX.find(text)]


def test_every_wording_is_found_overlapping_ones_too() -> None:
    assert heard("老板拖欠工资") == [("拖欠工资", True), ("工资", True)]


def test_longest_keeps_the_wider_of_two_that_overlap() -> None:
    assert [hit.phrase for hit in longest(INDEX.find("老板拖欠工资"))] == ["拖欠工资"]


def test_three_syllables_are_found_by_their_sound() -> None:
    assert heard("路口的洪绿登") == [("红绿灯", False)]


def test_two_syllables_are_not() -> None:
    assert heard("听说挺睡") == []


def test_one_near_syllable_of_three_may_be_wrong_only_where_allowed() -> None:
    lenient = Phrases.of(["红绿灯"], shortest_with_slip=3)

    assert [hit.phrase for hit in lenient.find("红绿东")] == ["红绿灯"]
    assert lenient.find("洪绿东") == []
    assert INDEX.find("红绿东") == []


def test_one_near_syllable_of_four_may_be_wrong() -> None:
    assert heard("老板拖欠宫自") == [("拖欠工资", False)]
    assert heard("老板拖欠功夫") == []
    assert heard("老板拖欠公子") == [("拖欠工资", False)]


@given(st.text(alphabet="拖欠工资红绿灯停水，abc", max_size=40))
def test_an_exact_hit_stands_in_the_text(text: str) -> None:
    for hit in INDEX.find(text):
        assert text[hit.start : hit.end] == hit.heard
        assert (hit.heard == hit.phrase) == hit.exact


@given(st.text(alphabet="拖欠工资红绿灯停水，abc", max_size=40))
def test_longest_never_overlaps(text: str) -> None:
    kept = longest(INDEX.find(text))
    assert all(one.end <= two.start for one, two in itertools.pairwise(kept))
