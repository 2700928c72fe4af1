import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.directory import packaged
from nlp.places import Gazetteer, NameKind, PlaceName, locate
from nlp.sounds import alike, fold

HOME = "540100"


def where(text: str) -> str:
    return locate(packaged().gazetteer, text, HOME).code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("墨竹工卡县的桥断了", "540127"),
        ("我在达孜，路上有个坑", "540104"),
        ("拉萨市城关区北京中路的树倒了", "540102"),
        ("色拉寺门口停满了车", "540102"),
        ("林芝市巴宜区的一家饭馆", "540402"),
        ("ལྷ་ས་ནས་", "540100"),
    ],
)
def test_place_as_written_gives_its_district(text: str, code: str) -> None:
    located = locate(packaged().gazetteer, text, HOME)

    assert located.code == code
    assert located.sure > 0


@pytest.mark.parametrize(
    ("heard", "code"),
    [
        ("莫竹工卡县停水了", "540127"),
        ("墨竹贡卡那条路", "540127"),
        ("队龙德清这边有人倒垃圾", "540103"),
        ("当熊县的草场", "540122"),
        ("住在临周县的村里", "540121"),
        ("大昭四旁边的商店", "540102"),
        ("拉萨市城观这条街", "540102"),
    ],
)
def test_place_heard_with_wrong_characters_is_found_by_its_sound(heard: str, code: str) -> None:
    located = locate(packaged().gazetteer, heard, HOME)

    assert located.code == code
    assert not max(located.heard, key=lambda place: place.start).exact


@pytest.mark.parametrize(
    "text",
    [
        "比如现在我要投诉",
        "他做错那么多事",
        "明天加查一次",
        "在阿里巴巴上买的",
        "有人跟我说定日子",
        "安多少个路灯",
        "停水两天了",
    ],
)
def test_common_words_that_look_or_sound_like_districts_are_no_places(text: str) -> None:
    assert locate(packaged().gazetteer, text, HOME).heard == ()
    assert where(text) == HOME


def test_ambiguous_name_counts_before_its_suffix() -> None:
    assert where("我在比如县") == "540622"
    assert where("尼玛县下雪了") == "540629"


def test_ambiguous_name_counts_behind_the_district_above_it() -> None:
    assert where("拉萨市城关七号院停水") == "540102"
    assert where("城关有人找") == HOME


def test_where_somebody_comes_from_is_not_where_the_matter_is() -> None:
    assert where("我是日喀则人，在拉萨打工") == "540100"
    assert where("我家户口不在昌都，孩子想上学") == HOME


def test_two_districts_side_by_side_leave_the_one_above_both() -> None:
    located = locate(packaged().gazetteer, "从罗布林卡到火车站的车太少", HOME)

    assert located.code == "540100"
    assert set(located.others) == {"540102", "540103"}


def test_exact_name_beats_one_that_only_sounds_right() -> None:
    names = [
        PlaceName("格桑村", "1", NameKind.PLACE),
        PlaceName("个桑村", "2", NameKind.PLACE),
    ]
    gazetteer = Gazetteer.of(names, {"1": "", "2": ""})

    assert [place.name.code for place in gazetteer.find("在个桑村")] == ["2"]


def test_longest_name_wins() -> None:
    heard = packaged().gazetteer.find("工布江达县")

    assert [place.name.text for place in heard] == ["工布江达县"]


def test_confusable_initials_and_finals_sound_alike() -> None:
    assert fold("zhang") == fold("zang")
    assert fold("ning") == fold("lin")
    assert alike("堆", "队")
    assert not alike("路", "灯")


@given(st.text(alphabet="拉萨市县区比如那曲达孜堆龙的在从到人，了", max_size=40))
def test_located_district_is_always_a_known_one(text: str) -> None:
    assert where(text) in packaged().districts


@pytest.mark.parametrize(
    "code", [code for code, one in packaged().districts.items() if one.level != "region"]
)
def test_every_official_name_finds_its_own_district(code: str) -> None:
    name = packaged().districts[code].name_zh

    assert where(f"事情发生在{name}的街上") == code
