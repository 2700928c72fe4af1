"""The model the project ships keeps its word: measured, safe to publish, and it admits ignorance.

The sentences below were written for this test; the labelled rows stay outside the project.
"""

import json
from pathlib import Path

import pytest

from nlp.classifier import Model
from nlp.evaluate import evaluate, read_rows
from nlp.features import pieces_of, words_of
from nlp.model_files import MATTERS, load
from nlp.names import names_a_person
from nlp.text import normalise

DATA = Path(__file__).parents[3] / "shared" / "data" / "routing"

REQUESTS = """
城乡建设 电梯坏了一个星期，物业说没有维修基金
城乡建设 棚户区改造的拆迁补偿款一直没有发下来
城乡建设 地下车位只卖不租，业主没地方停车
城乡建设 下水道堵了，污水从井盖里冒出来
城乡建设 农村危房改造的补助要怎么申请
环境保护 石材厂粉尘飘得到处都是，树叶上都是灰
环境保护 塑料颗粒厂夜里偷偷排放有毒气体
环境保护 水库边上的养鸡场臭气熏天，井水都不能喝了
教育文体 学校强制学生订购校服和教辅资料
教育文体 高中周末补课收费，教育局管不管
教育文体 民办幼儿园的老师没有教师资格证
劳动和社会保障 退休年龄到了，养老保险还差两年没有交满
劳动和社会保障 老板欠我四个月工资，劳动仲裁赢了也不给
劳动和社会保障 工伤认定下来了，伤残补助什么时候发
卫生计生 再婚家庭可以生二胎吗，要办什么证明
卫生计生 卫生院的医生不在岗，病人等了半天
商贸旅游 健身房办了卡就关门了，会员费不退
商贸旅游 旅行社临时取消行程，团费不肯退
商贸旅游 买到假酒，找商家理论还被骂
交通运输 黑车在火车站拉客，没有营运证
交通运输 网约车平台乱扣司机的钱，运管部门不管
交通运输 大货车超限超载把省道压坏了
"""
OTHER_TALK = """
你们的工作人员真热情，给你们点个赞
我要表扬昨天接电话的那位同志，特别耐心
有两伙人拿着棍子打群架，有人头破血流
快来人啊，有人要跳楼
我家进贼了，门锁被撬开，首饰都没了
喂，你好，听得见我说话吗
我随便打打，看看有没有人接
今晚吃火锅还是吃烧烤呢
给我推荐一部好看的小说
下个星期会不会下雪
我儿子不听话，天天打游戏
这首诗是谁写的
我头疼，睡不好，心里烦
世界上最高的山是哪一座
你猜我现在在哪里
呃，这个，嗯，算了
咯咯咯咯哒
请帮我算一下三百六十五乘以二十四
"""


@pytest.fixture(scope="module")
def model() -> Model:
    return load(MATTERS)


def rows(name: str, text_column: str = "text_seg") -> tuple[list[str], list[str]]:
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"the labelled rows are not here: {path}")
    return read_rows(path, text_column, "label")


def test_it_is_small_and_says_where_it_comes_from(model: Model) -> None:
    assert sum(path.stat().st_size for path in MATTERS.iterdir()) < 5_000_000
    assert model.facts.rows == 5407
    assert len(model.facts.data_sha256) == 64
    assert len(model.labels) == 7


def test_it_reaches_what_the_card_says_on_rows_it_has_not_seen(model: Model) -> None:
    report = evaluate(model, *rows("matters_dev.csv.gz"))
    assert report.accuracy > 0.93
    assert report.macro_f1 > 0.925
    assert report.top3 > 0.995
    assert report.ece < 0.03
    assert report.coverage_at_95 > 0.94


def test_every_feature_was_in_five_rows_and_none_is_a_number_or_a_name(model: Model) -> None:
    kept = {*model.words.names, *model.pieces.names}
    assert not [name for name in kept if any(c.isdigit() for c in name)]
    assert not [name for name in kept if names_a_person(name)]
    texts, _ = rows("matters_train.csv.gz")
    seen = dict.fromkeys(kept, 0)
    for one in texts:
        words = words_of(normalise(one).split())
        for name in {*words, *pieces_of(words)} & kept:
            seen[name] += 1
    assert min(seen.values()) >= 5


def test_its_description_holds_no_personal_name_and_no_number(model: Model) -> None:
    described = json.loads((MATTERS / "model.json").read_text("utf-8"))
    assert described["labels"] == list(model.labels)
    assert not [w for w in described["ignored"] if names_a_person(w) or any(map(str.isdigit, w))]


def test_spoken_requests_find_their_matter(model: Model) -> None:
    pairs = [line.split(" ", 1) for line in REQUESTS.strip().splitlines()]
    predictions = model.predict([sentence for _, sentence in pairs])
    right = [one.label == label for one, (label, _) in zip(predictions, pairs, strict=True)]
    assert sum(right) >= 0.85 * len(pairs)
    assert sum(one.known for one in predictions) >= 0.9 * len(pairs)


def test_praise_fights_and_small_talk_are_held_back(model: Model) -> None:
    predictions = model.predict(OTHER_TALK.strip().splitlines())
    assert sum(not one.known for one in predictions) >= 0.8 * len(predictions)
    assert sum(one.probability > 0.8 for one in predictions) <= 0.1 * len(predictions)
