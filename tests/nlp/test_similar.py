"""How alike two requests sound."""

from hypothesis import given
from hypothesis import strategies as st

from nlp.similar import hear, likeness, similarity

WORDS = st.text(st.sampled_from("路灯陆登停电庭店水管12ab，。 "), max_size=40)


def test_homophones_are_the_same_and_other_matters_are_not() -> None:
    said, misheard = hear("团结新村三栋的路灯不亮"), hear("团杰新村三动的陆登不亮")
    assert likeness(said, misheard) > 0.99
    assert likeness(said, hear("想问一下居住证怎么办理")) < 0.1


@given(WORDS, WORDS)
def test_likeness_is_a_share_the_same_both_ways_and_whole_with_itself(one: str, other: str) -> None:
    first, second = hear(one), hear(other)
    assert 0 <= likeness(first, second) <= 1
    assert likeness(first, second) == likeness(second, first)
    if first.pairs:
        assert likeness(first, first) > 0.999


def test_nothing_is_like_nothing() -> None:
    assert likeness(hear(""), hear("路灯不亮")) == 0
    assert similarity("", "") == 0


def test_full_width_digits_and_hidden_signs_make_no_difference() -> None:
    assert likeness(hear("１２号楼\u200b停电"), hear("12号楼停电")) > 0.99
