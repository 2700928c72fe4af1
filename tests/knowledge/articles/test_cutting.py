"""The words are those that jieba gives, sooner."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.articles.seeding import packaged
from knowledge.searching.cutting import cut
from nlp.text import tokenizer

SIGNS = "路灯不亮中华人民共和国务院办公厅拖欠工资12345abKTV 。，+-%.㐀བོད\r\n龘"


def by_jieba(text: str) -> list[str]:
    words = tokenizer().cut_for_search(text, HMM=False)
    return [word for word in words if any(map(str.isalnum, word))]


@given(st.text(alphabet=SIGNS, max_size=30))
def test_any_text_is_cut_as_jieba_cuts_it(text: str) -> None:
    assert list(cut(text)) == by_jieba(text)


def test_the_packaged_articles_are_cut_as_jieba_cuts_them() -> None:
    for _, wording in packaged():
        text = "\n".join((wording.question, *wording.variants, wording.say, wording.send))
        assert list(cut(text)) == by_jieba(text)
