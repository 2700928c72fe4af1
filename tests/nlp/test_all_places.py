"""Every one of Xizang's 7 地市 and 74 counties, by its names in both languages."""

import pytest

from knowledge.directory import packaged
from knowledge.entries import DistrictEntry
from nlp.places import locate
from tests.nlp.misspelled_places import HOME, found, rate

REGION = "540000"
EVERY = [one for one in packaged().districts.values() if one.code != REGION]
SUFFIXES = {"县": "རྫོང", "区": "ཆུས", "市": "གྲོང་ཁྱེར"}


def where(text: str) -> str:
    return locate(packaged().gazetteer, text, HOME).code


def of_name(one: DistrictEntry) -> str:
    return one.name_zh


def test_they_are_complete() -> None:
    levels = [one.level for one in EVERY]

    assert (levels.count("prefecture"), levels.count("county")) == (7, 74)
    assert all(one.name_bo for one in EVERY)


@pytest.mark.parametrize("one", EVERY, ids=of_name)
def test_it_is_found_by_its_chinese_names(one: DistrictEntry) -> None:
    assert where(f"我在{one.name_zh}，路坏了") == one.code
    for alias in one.aliases:
        suffix = "" if alias[-1] in "县市区镇里" or len(alias) > 2 else one.name_zh[-1]
        if packaged().gazetteer.names[alias].ambiguous and not suffix:
            continue  # 市区 alone is any town's
        assert where(f"{alias}{suffix}有条路坏了") == one.code


@pytest.mark.parametrize("one", EVERY, ids=of_name)
def test_it_is_found_by_its_tibetan_name(one: DistrictEntry) -> None:
    name = one.name_bo.rstrip("།་")
    suffix = "ས་ཁུལ" if one.name_zh.endswith("地区") else SUFFIXES[one.name_zh[-1]]
    whole = name if name.endswith(suffix) else f"{name}་{suffix}"

    assert where(f"{whole}་གི་ལམ་ལ་སྐྱོན་ཤོར་སོང་།") == one.code
    assert where(f"我在{whole}，路坏了") == one.code


def test_a_tibetan_name_is_made_of_whole_syllables() -> None:
    assert where("ལྷ་སའི་ལམ།") == "540100"
    assert where("དལྷ་ས") == HOME
    assert where("ལྷ་སམ") == HOME


def test_a_tibetan_name_that_is_a_common_word_needs_its_suffix() -> None:
    assert where("ཉི་མ་རྫོང་གི་ལམ།") == "540629"
    assert where("ཉི་མ་གསུམ་རིང་ཆུ་མི་འདུག") == HOME


@pytest.mark.parametrize("text", ["拉萨市有条路坏了", "到拉萨市去的路坏了"])
def test_what_follows_a_whole_name_is_no_part_of_it(text: str) -> None:
    assert where(text) == "540100"


def test_nearly_every_misspelling_is_found() -> None:
    assert rate(found()) >= 0.95
