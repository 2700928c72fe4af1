import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.terms import RequestType
from nlp.request_type import find_type, rules


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("请问办居住证需要什么材料", "inquiry"),
        ("想问一下老年卡怎么办理", "inquiry"),
        ("楼道灯坏了，请派人来修", "assistance"),
        ("包工头不结账，帮帮我们讨回来", "assistance"),
        ("我要投诉这家店，态度很差还不给退钱", "complaint"),
        ("隔壁天天放音响，扰民", "complaint"),
        ("我要举报有人私自挖沙", "report"),
        ("工厂半夜偷排废水，请查处", "report"),
        ("建议在广场加装几盏灯", "suggestion"),
        ("希望公交车能够增加几个班次", "suggestion"),
        ("感谢社区的小伙子，服务很周到", "commendation"),
    ],
)
def test_wording_decides_the_kind(text: str, kind: str) -> None:
    found = find_type(text)

    assert found.type == kind
    assert found.score > 0.4
    assert found.signs


def test_without_any_wording_it_is_assistance_but_unsure() -> None:
    found = find_type("格桑路")

    assert (found.type, found.signs) == ("assistance", ())
    assert found.score < 0.4


def test_denied_wording_does_not_count() -> None:
    assert find_type("我不是投诉，就想问一下怎么办理").type == "inquiry"


def test_polite_opening_does_not_make_an_inquiry() -> None:
    assert find_type("请问，那家店不给退钱还骂人，我要投诉").type == "complaint"


@given(st.text(alphabet="请问投诉举报建议感谢修，我要坏了", max_size=30))
def test_shares_add_up_to_one(text: str) -> None:
    assert abs(sum(find_type(text).shares.values()) - 1) < 1e-9


def test_every_rule_speaks_of_a_known_kind() -> None:
    assert {rule.type for rule in rules()} <= {kind.value for kind in RequestType}
