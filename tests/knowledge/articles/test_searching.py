"""Search: by words, sounds and syllables, filtered, the expired never first, the new at once."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from hotline.core.clock import beijing_day
from knowledge.articles import life, seeding
from knowledge.articles.models_articles import Article
from knowledge.articles.states import TextAction
from knowledge.searching import shelf
from knowledge.searching.entries import Asked, Entry, Kind
from knowledge.searching.highlights import excerpt, highlighted
from knowledge.searching.index import Index
from knowledge.searching.pinyin_typed import spelt_out
from knowledge.searching.terms import of_words
from tests.knowledge.articles.conftest import LAMP, SUPERVISOR, published

TODAY = date(2026, 11, 25)
LAMPS = Entry(1, "路灯不亮怎么报修", "报路名和灯杆编号。", "urban", "540102")
HEAT = Entry(2, "家里暖气不热怎么办", "先看阀门，再报小区和室温。", "housing")
WAGES = Entry(3, "单位拖欠工资怎么办\nརླ་ཕོགས་མ་སྤྲད་ན་ཇི་ལྟར་བྱེད་དགོས།", "留好合同和考勤。", "hrss")
SHELF = (LAMPS, HEAT, WAGES)


def ids(index: Index, text: str, **asked: object) -> list[int]:
    given = Asked(text, TODAY, **asked)  # type: ignore[arg-type]
    return [each.id for each in index.search(given)]


def test_words_find_the_article_that_answers() -> None:
    index = Index(SHELF)
    assert ids(index, "我家暖气一点也不热")[0] == 2
    assert ids(index, "老板欠工资不给")[0] == 3
    assert ids(index, "xyzzy") == []
    assert ids(Index(), "路灯") == []


def test_what_only_sounds_right_is_found() -> None:
    index = Index(SHELF)
    assert ids(index, "陆登不量")[0] == 1  # 路灯不亮, as a recogniser may write it
    assert ids(index, "脱欠公资")[0] == 3


def test_pinyin_is_found_and_other_latin_is_left_alone() -> None:
    assert ids(Index(SHELF), "ludeng")[0] == 1
    assert ids(Index(SHELF), "tuo qian gongzi")[0] == 3
    assert spelt_out("ktv噪声 wifi xi'an").startswith("ktv噪声 wifi ")
    assert spelt_out("la") == "la"


def test_tibetan_is_found_by_its_syllables() -> None:
    assert ids(Index(SHELF), "རླ་ཕོགས་སྤྲད་")[0] == 3


def test_filters_leave_what_holds_everywhere() -> None:
    index = Index(SHELF)
    question = "路灯 暖气 工资"
    assert set(ids(index, question, districts=("540103", "540100", "540000"))) == {2, 3}
    assert set(ids(index, question, districts=("540102", "540100", "540000"))) == {1, 2, 3}
    assert ids(index, question, department="housing") == [2]
    assert ids(index, question, department="nobody") == []


def test_what_expired_never_comes_before_what_holds() -> None:
    old = replace(LAMPS, valid_to=TODAY - timedelta(days=1))
    ended = replace(LAMPS, id=4, expired=True)
    later = replace(LAMPS, id=5, valid_from=TODAY + timedelta(days=1))
    weak = Entry(6, "报修电话", "路灯归谁管", "urban")
    found = Index((old, ended, later, weak)).search(Asked("路灯不亮怎么报修", TODAY))
    assert found[0].id == 6
    assert [(each.id, each.expired) for each in found[1:]] == [(1, True), (4, True)]
    assert not any(each.good for each in found if each.expired)


def test_an_answer_to_something_else_is_not_good() -> None:
    index = Index(SHELF)
    (best, *_) = index.search(Asked("路灯不亮怎么报修", TODAY))
    assert best.good
    assert not any(each.good for each in index.search(Asked("虫草采集证在哪里办理暖气", TODAY)))


def test_a_later_entry_takes_the_place_of_the_former() -> None:
    index = Index(SHELF)
    index.put(replace(HEAT, head="锅炉房停烧怎么反映", body=""))
    assert 2 not in ids(index, "暖气不热")
    assert ids(index, "锅炉房停烧")[0] == 2
    index.drop(2)
    assert ids(index, "锅炉房停烧") == []
    assert len(index) == 2


def test_several_come_at_once_and_of_one_that_comes_twice_the_last_counts() -> None:
    index = Index(SHELF)
    index.put(replace(HEAT, head="甲"), LAMPS, replace(HEAT, head="锅炉房停烧怎么反映", body=""))
    assert ids(index, "锅炉房停烧")[0] == 2
    assert ids(index, "路灯不亮")[0] == 1
    assert (len(index), index.later) == (3, 2)
    index.put()
    assert index.later == 2


@given(st.lists(st.text(alphabet="路灯暖气工资水电学", min_size=1, max_size=8), max_size=6))
def test_later_entries_are_ranked_as_if_they_had_been_there(heads: list[str]) -> None:
    """The order of what is found does not hang on when it was published, save for near ties."""
    entries = [Entry(10 + at, head, "") for at, head in enumerate(heads)]
    whole, grown = Index((*SHELF, *entries)), Index(SHELF)
    for entry in entries:
        grown.put(entry)
    assert set(ids(whole, "路灯暖气", limit=50)) == set(ids(grown, "路灯暖气", limit=50))


def test_who_searches_while_an_article_is_put_in_finds_the_others() -> None:
    index = Index([Entry(1, "路灯不亮怎么报修", "")])
    index._keys.append((Kind.ARTICLE, 2))  # as far as `put` has come, by then
    index._place[Kind.ARTICLE, 2] = 1
    index._rankings["words"].add(of_words(["路灯"]))
    assert [each.id for each in index.search(Asked("路灯不亮", date(2026, 1, 1)))] == [1]


def test_what_was_asked_for_is_marked_in_the_text() -> None:
    parts = highlighted("请告诉我路灯的编号。", "路灯坏了")
    assert [each.text for each in parts if each.found] == ["路灯"]
    assert "".join(each.text for each in parts) == "请告诉我路灯的编号。"
    assert highlighted("没有。", "的") == highlighted("没有。", "")
    long = excerpt("无关。" * 60 + "路灯" + "无关。" * 60, "路灯")
    assert any(each.found for each in long)
    assert sum(len(each.text) for each in long) < 130


def best(session: Session, text: str, now: datetime) -> int | None:
    found = shelf.search(session, Asked(text, beijing_day(now)))
    return found[0].id if found and not found[0].expired else None


def test_what_is_published_is_found_at_once_and_what_expired_no_longer(
    session: Session, now: datetime
) -> None:
    assert best(session, "路灯不亮", now) is None
    article = published(session, LAMP, now)
    assert best(session, "路灯不亮", now) == article.id
    life.act(session, article, TextAction.EXPIRE, reason="改版", actor=SUPERVISOR, now=now)
    assert best(session, "路灯不亮", now) is None


def test_a_rolled_back_article_is_not_found(session: Session, now: datetime) -> None:
    with session.begin_nested() as undone:
        published(session, LAMP, now)
        assert best(session, "路灯不亮", now)
        undone.rollback()
    assert best(session, "路灯不亮", now) is None


def test_the_packaged_articles_answer_what_people_ask(session: Session, now: datetime) -> None:
    seeding.seed(session, now=now)
    codes = {}
    for asked in ("老板跑了工钱没给", "没电了什么时候来电", "路登坏了怎么修", "孩子户口怎么上"):
        found = best(session, asked, now)
        codes[asked] = session.get_one(Article, found).code if found else ""
    assert list(codes.values()) == [
        "wages-owed",
        "power-outage",
        "street-lamp",
        "household-newborn",
    ]
