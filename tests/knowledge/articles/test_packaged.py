"""The packaged articles: whole, unlike each other, without invented numbers, and found."""

import re
from collections import Counter
from datetime import date

import pytest

from knowledge import directory
from knowledge.articles.seeding import packaged
from knowledge.articles.wording import Wording, check
from knowledge.searching.entries import Asked, Entry
from knowledge.searching.index import Index
from tests.knowledge.articles import everyday

ARTICLES = dict(packaged())
NUMBERS = {"110", "119", "120", "122", "12345"}
# As people say it on the line, none of it word for word in an article.
EVERYDAY = {
    "北京东路的路灯坏了一个星期了晚上看不见老人孩子走路很危险": "street-lamp",
    "我们这条街的灯黑了好几天了": "street-lamp",
    "老板欠我三个月工钱一直拖着": "wages-owed",
    "屋里暖气片冰凉孩子都冻感冒了": "heating-cold",
    "我妈要去成都住院医保要不要先备案": "medical-elsewhere",
    "娃娃刚出生户口上在哪里": "household-newborn",
    "出租车司机不打表乱要钱": "taxi",
    "健身房关门了我卡里还有钱": "prepaid-card",
    "邻居的牛跑到我们家草场吃草": "pasture-dispute",
    "去珠峰玩需要办边境通行证吗": "border-pass",
    "大雪把牧场埋了羊没有草料": "snow-disaster",
    "牦牛冻死了保险公司不来查勘": "livestock-insurance",
    "棕熊半夜跑进村把房子砸了": "wildlife-damage",
    "楼下烧烤店的油烟往我家窗户里灌": "cooking-fume",
    "我没有违停却收到罚单想申诉": "traffic-penalty",
    "房东扣着押金不肯退给我": "rent-deposit",
    "公司上班半年没给我买社保": "social-insurance-employer",
    "换工作医保断了两个月还能不能报销": "medical-lapse",
    "孩子在学校被同学欺负不敢去上学": "bullying",
    "手机被扣了莫名其妙的套餐费": "telecom-fee",
    "上次打电话反映的问题没解决就给我结了": "dissatisfied",
    "村里一直没有手机信号": "mobile-signal",
    "路上结冰太滑没有人来扫雪": "snow-clearing",
    "退伍军人优待证到哪里去办": "veterans",
    "草场上看到死旱獭能不能捡": "plague-caution",
}


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(
        Entry(at, "\n".join((each.question, *each.variants)), each.say)
        for at, each in enumerate(ARTICLES.values())
    )


def test_there_are_as_many_as_the_documentation_says() -> None:
    assert len(ARTICLES) == len(list(packaged())) == 219


@pytest.mark.parametrize("code", ARTICLES)
def test_each_can_be_published_as_it_is(code: str) -> None:
    known = directory.packaged()
    wording = ARTICLES[code]
    check(wording, departments=known.departments, matters=known.matters, districts=known.districts)
    assert wording.send
    assert wording.sample
    assert len(wording.variants) >= 4


def test_no_two_have_a_wording_in_common() -> None:
    told = Counter(words for each in ARTICLES.values() for words in (each.question, *each.variants))
    assert [words for words, times in told.items() if times > 1] == []


def test_none_names_a_number_that_nobody_confirmed() -> None:
    named = {code: _numbers(wording) - NUMBERS for code, wording in ARTICLES.items()}
    assert {code: found for code, found in named.items() if found} == {}


@pytest.mark.parametrize(("asked", "code"), EVERYDAY.items())
def test_an_everyday_question_finds_its_article(index: Index, asked: str, code: str) -> None:
    codes = list(ARTICLES)
    found = index.search(Asked(asked, date(2026, 11, 26), limit=3))
    assert code in [codes[each.id] for each in found]


def test_most_questions_that_nobody_wrote_wordings_for_find_their_article_first(
    index: Index,
) -> None:
    codes, places = list(ARTICLES), Counter[int]()
    for asked, code in everyday.ASKED.items():
        found = [codes[each.id] for each in index.search(Asked(asked, date(2026, 11, 26)))]
        places[found.index(code) if code in found else 99] += 1
    assert len(everyday.ASKED) == 77
    assert places[0] >= 64
    assert sum(places[at] for at in range(3)) >= 67


def _numbers(wording: Wording) -> set[str]:
    words = (wording.question, wording.say, wording.send, *wording.variants)
    return {number for each in words for number in re.findall(r"\d+", each)}
