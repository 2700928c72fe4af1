import pytest

from dispatch.terms import TimeClass, Urgency
from nlp.urgency import find_urgency


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("楼下有人打架，拿着刀", {"110"}),
        ("厨房着火了快来", {"119"}),
        ("老人晕倒在路边没有呼吸了", {"120"}),
        ("桥头两辆车追尾，有人流血", {"120", "122"}),
        ("电梯里面困了三个人", {"119"}),
        ("我不想活了", {"110"}),
        ("煤气漏了，味道很大", {"119"}),
        ("上个月装的炉子，现在冒黑烟着火了", {"119"}),
        ("房子着火了没有人受伤", {"119"}),
    ],
)
def test_live_danger_is_critical_and_names_whom_to_call(text: str, numbers: set[str]) -> None:
    found = find_urgency(text)

    assert (found.urgency, found.time_class) == ("critical", "emergency")
    assert set(found.numbers) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "路上刮了一下，没有人受伤",
        "去年我被车撞伤，想问工伤怎么认定",
        "请问交通事故责任认定书在哪里领",
        "建议多做一些火灾演练",
        "担心这里发生火灾",
        "三年前家里着火，补偿款还没给",
        "吵得烦死人了",
        "我已经报警了，想问进展",
        "谢谢你们解决了停水问题",
    ],
)
def test_denied_past_feared_or_mentioned_danger_is_not_critical(text: str) -> None:
    found = find_urgency(text)

    assert found.urgency != "critical"
    assert found.numbers == ()


@pytest.mark.parametrize(
    "text", ["村里停水三天了", "高压线掉下来了", "家里没有电", "暖气不热", "一直停气"]
)
def test_failing_supply_is_urgent_with_its_own_limit(text: str) -> None:
    found = find_urgency(text)

    assert (found.urgency, found.time_class) == ("urgent", "utility")


@pytest.mark.parametrize("text", ["没有停水，就是水压小", "家里没有电话", "没有水果卖"])
def test_supply_that_does_not_fail_is_normal(text: str) -> None:
    assert find_urgency(text).time_class == "normal"


def test_hazard_is_urgent_without_an_emergency_number() -> None:
    found = find_urgency("人行道的井盖不见了，走夜路的人看不到")

    assert (found.urgency, found.time_class, found.numbers) == ("urgent", "normal", ())


def test_words_are_those_of_the_ticket() -> None:
    found = find_urgency("历史遗留的产权不清，一直办不下来")

    assert Urgency(found.urgency) is Urgency.NORMAL
    assert TimeClass(found.time_class) is TimeClass.COMPLEX


@pytest.mark.parametrize(
    ("text", "urgency", "number"),
    [
        ("ང་ཚོའི་ཁང་པར་མེ་ཤོར་སོང་། མགྱོགས་པོ་ཡོང་རོགས།", "critical", "119"),
        ("ལམ་ཁར་རླངས་འཁོར་བརྡབ་སྐྱོན་བྱུང་སོང་།", "critical", "122"),
        ("མི་གཅིག་ལ་རྨས་སྐྱོན་བྱུང་སོང་། ཁྲག་ཐོན་གྱི་འདུག", "critical", "120"),
        ("གློག་ཆད་ནས་ཆུ་ཚོད་ལྔ་ཕྱིན་སོང་།", "urgent", ""),
        ("ཉིན་གསུམ་རིང་འཐུང་ཆུ་མི་འདུག", "urgent", ""),
        ("གྲོང་ཚོའི་ལམ་ལ་སྐྱོན་ཤོར་སོང་།", "normal", ""),
    ],
)
def test_tibetan_words_of_danger_are_heard(text: str, urgency: str, number: str) -> None:
    found = find_urgency(text)

    assert found.urgency == urgency
    assert not number or number in found.numbers


def test_a_long_text_is_read_to_its_end() -> None:
    assert find_urgency("路灯坏了，" * 8000 + "厨房着火了").urgency == "critical"


@pytest.mark.parametrize("text", ["厨房找火了", "妈妈运倒了快叫旧护车", "老人呼西困难"])
def test_misheard_danger_shows_what_stands_and_what_is_meant(text: str) -> None:
    found = find_urgency(text)

    assert found.urgency == "critical"
    assert any("≈" in sign.heard for sign in found.signs)


@pytest.mark.parametrize("text", ["打假的人来过了", "货运到了", "我和他是同事", "建一个公园"])
def test_words_of_their_own_are_not_taken_for_danger(text: str) -> None:
    assert find_urgency(text).signs == ()
