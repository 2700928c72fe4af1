"""What the weights of `knowledge.matching` must keep doing when they are fitted again."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.directory import packaged
from knowledge.matching import match, weigh

EQUAL = [(label, 0.1) for label in ("城乡建设", "交通运输", "环境保护", "卫生计生")]


def test_classifier_alone_decides_the_first_level_without_a_leaf() -> None:
    found = match(packaged(), "就是那个事情", [("交通运输", 0.9), ("城乡建设", 0.05)])

    assert found.matter.category == ("交通运输", "", "")
    assert found.probability > 0.7


def test_keywords_decide_what_the_classifier_has_never_seen() -> None:
    found = match(packaged(), "牦牛得了口蹄疫，找兽医", EQUAL)

    assert found.matter.category == ("农牧", "农牧生产", "动物防疫")


def test_nothing_known_is_left_to_a_person() -> None:
    found = match(packaged(), "今天心情不错", EQUAL)

    assert not found.decided
    assert found.matter.category == ("待定", "", "")
    assert found.probability < 0.34


def test_stray_keyword_of_a_letter_does_not_overrule_a_sure_classifier() -> None:
    letter = "我反映的是学校的事。" * 20 + "门口有派出所。"

    found = match(packaged(), letter, [("教育文体", 0.95)])

    assert found.matter.l1 == "教育文体"


def test_danger_speaks_for_the_police() -> None:
    plain = match(packaged(), "有人动手了", EQUAL)
    danger = match(packaged(), "有人动手了", EQUAL, also={"公安政法": 1.5})

    assert dict(danger.shares)["公安政法"] > dict(plain.shares)["公安政法"]


@given(st.floats(0, 1), st.floats(0, 9), st.integers(1, 500))
def test_shares_are_probabilities(sure: float, worth: float, length: int) -> None:
    shares = weigh(packaged(), {"民政": worth}, {"交通运输": sure}, length)

    assert all(0 <= share <= 1 for share in shares.values())
    assert sum(shares.values()) <= 1 + 1e-9


@given(st.floats(0, 5), st.floats(0.1, 1))
def test_more_evidence_never_lowers_a_matters_share(worth: float, more: float) -> None:
    one, two = (
        weigh(packaged(), {"民政": given}, {"交通运输": 0.5}, 50)["民政"]
        for given in (worth, worth + more)
    )

    assert two >= one - 1e-12
