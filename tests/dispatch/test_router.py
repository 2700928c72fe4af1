import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.routing.auto import OPTED_IN, AutoPolicy
from dispatch.routing.proposal import Proposal
from dispatch.routing.router import route, shipped_model
from dispatch.terms import RequestType, TimeClass, Urgency
from hotline.core.errors import Invalid
from knowledge.directory import packaged

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
ANY = AutoPolicy(threshold=0.5, spoken_threshold=0.6, entries=None)


def proposal(
    text: str, *, home: str = "540100", auto: AutoPolicy | None = None, spoken: bool = False
) -> Proposal:
    return route(
        text,
        directory=packaged(),
        model=shipped_model(),
        home=home,
        at=NOW,
        auto=auto,
        spoken=spoken,
    )


@pytest.mark.parametrize(
    ("text", "kind", "l1", "department"),
    [
        ("达孜区德吉路上的路灯全不亮，麻烦派人来修", "assistance", "城乡建设", "540104-urban"),
        ("林周县一个工地的包工头拖欠工资不给", "assistance", "劳动和社会保障", "540121-hrss"),
        ("请问小孩转学到拉萨读初中怎么办理", "inquiry", "教育文体", "540100-education"),
        ("墨竹工卡县的餐馆油烟直排，熏得睡不着", "complaint", "环境保护", "540127-urban"),
        ("冲赛康一家店卖假货还不给退", "complaint", "商贸旅游", "540102-market"),
        ("我要举报曲水县有厂子夜里偷排污水到河里", "report", "环境保护", "540124-environment"),
        ("请问异地就医怎么报销，医保卡要带吗", "inquiry", "卫生计生", "540100-insurance"),
        ("建议给柳梧新区的公交线路增加班次", "suggestion", "交通运输", "540100-transport"),
        ("申请低保需要什么材料", "inquiry", "民政", "540100-civil"),
        ("当雄县草场纠纷，邻居的网围栏越界了", "assistance", "农牧", "540122-forestry"),
    ],
)
def test_request_reaches_the_department_that_answers_for_it(
    text: str, kind: str, l1: str, department: str
) -> None:
    found = proposal(text)

    assert (found.request_type, found.category[0]) == (kind, l1)
    assert found.department_code == department
    assert found.department == packaged().departments[department].name


def test_misheard_place_and_word_still_reach_the_department() -> None:
    found = proposal("莫竹工卡县的老板托欠工资", spoken=True)

    assert (found.district, found.department_code) == ("540127", "540127-hrss")
    assert any("莫竹工卡县" in reason and "读音" in reason for reason in found.reasons)


def test_home_district_is_assumed_and_said_so() -> None:
    found = proposal("楼下的下水道堵了", home="540104")

    assert found.district == "540104"
    assert any("未提到事发地点" in reason and "达孜区" in reason for reason in found.reasons)


def test_fight_goes_to_the_police_and_names_the_numbers() -> None:
    found = proposal("城关区有人打架，头上流血了", auto=ANY)

    assert found.category[0] == "公安政法"
    assert (found.urgency, found.time_class) == (Urgency.CRITICAL, TimeClass.EMERGENCY)
    assert set(found.call_numbers) == {"110", "120"}
    assert not found.auto_dispatch


def test_praise_is_a_matter_of_its_own() -> None:
    assert proposal("表扬医院的护士，感谢她们").category == ("其他", "表扬", "表扬")


def test_what_nobody_understands_goes_to_the_hotline_desk() -> None:
    found = proposal("嗯那个就是说啊", auto=ANY)

    assert found.category == ("待定", "", "")
    assert found.department_code == "540100-desk"
    assert found.confidence < 0.34
    assert not found.auto_dispatch


def test_empty_text_is_left_to_a_person() -> None:
    assert proposal("").category == ("待定", "", "")


LAMP = "城关区宇拓路的路灯坏了，请尽快派人修"


def test_nothing_is_dispatched_by_itself_unless_allowed() -> None:
    assert not proposal(LAMP).auto_dispatch
    assert not proposal(LAMP, auto=AutoPolicy(0.5, 0.5)).auto_dispatch


def test_allowed_entry_dispatches_above_its_threshold_only() -> None:
    earned = frozenset({("0101", "540102")})

    assert proposal(LAMP, auto=AutoPolicy(0.6, 0.6, earned)).auto_dispatch
    assert not proposal(LAMP, auto=AutoPolicy(1.0, 1.0, earned)).auto_dispatch
    assert not proposal(LAMP, auto=AutoPolicy(0.6, 1.0, earned), spoken=True).auto_dispatch


def test_assumed_place_is_not_enough_unless_the_site_opted_in() -> None:
    text = "路灯坏了，请尽快派人修"

    assert not proposal(text, auto=ANY).auto_dispatch
    assert proposal(text, auto=OPTED_IN).auto_dispatch


def test_report_is_never_dispatched_by_itself() -> None:
    found = proposal("我要举报城关区有人偷排污水到河里", auto=ANY)

    assert found.request_type is RequestType.REPORT
    assert not found.auto_dispatch
    assert any("人工派单" in reason for reason in found.reasons)


@pytest.mark.parametrize(
    ("text", "accused", "instead"),
    [
        ("投诉城关区的城管局不管占道经营，流动摊贩一直在", "540102-urban", "540100-urban"),
        ("城关区城市管理和综合执法局推诿，违章建筑没人拆", "540102-urban", "540100-urban"),
        ("投诉拉萨市教育局，小学入学报名的事踢皮球", "540100-education", "540000-education"),
    ],
)
def test_accused_department_is_not_on_the_route(text: str, accused: str, instead: str) -> None:
    found = proposal(text, auto=ANY)

    assert found.department_code == instead
    assert not found.auto_dispatch
    assert accused not in {one.department_code for one in found.alternatives}
    assert any("回避" in reason for reason in found.reasons)


def test_department_that_was_only_told_before_is_not_accused() -> None:
    found = proposal("城关区占道经营，已经投诉到城管局了，请再催一下")

    assert found.department_code == "540102-urban"


def test_json_masks_what_is_personal() -> None:
    text = "我叫不出名字，电话13912345678，车牌藏A12345，城关区路灯坏了，身份证540102199001011234"

    found = json.dumps(proposal(text).as_json(), ensure_ascii=False)

    assert "139****5678" in found
    for secret in ("13912345678", "A12345", "540102199001011234"):
        assert secret not in found


def test_digits_of_a_phone_number_are_no_keyword() -> None:
    found = proposal("堆龙德庆区的路灯坏了，请打13912345678")

    assert all("12345" not in reason for reason in found.reasons)
    assert "540100-desk" not in {one.department_code for one in found.alternatives}


def test_json_has_the_shape_of_the_contract() -> None:
    found = proposal(LAMP).as_json()

    assert {
        "request_type",
        "category",
        "department",
        "department_code",
        "district",
        "urgency",
        "confidence",
        "auto_dispatch",
        "alternatives",
        "reasons",
        "entities",
    } <= set(found)
    assert found["category"] == ["城乡建设", "市政设施", "路灯"]
    assert found["district"] == "540102"
    assert 0 <= found["confidence"] <= 1
    assert any("《城市道路管理条例》第六条" in reason for reason in found["reasons"])


def test_unknown_home_district_is_refused() -> None:
    with pytest.raises(Invalid, match="999999"):
        proposal("路灯坏了", home="999999")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_at_all_gets_a_proposal_somebody_can_take(text: str) -> None:
    found = proposal(text, auto=ANY)

    assert found.department_code in packaged().departments
    assert found.district in packaged().districts
    assert found.reasons
    json.dumps(found.as_json())
