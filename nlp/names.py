"""Which words name a person: such words never become part of a model."""

import functools
import re
import warnings
from typing import Any

from nlp import text

# The surnames most people bear; the rare ones (公, 养, 红…) would cost more words than they hide.
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任"
    "沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫"
    "孔向汤习"
)
_COMPOUND = ("欧阳", "上官", "司马", "诸葛", "尉迟", "皇甫", "令狐", "慕容", "司徒", "东方", "夏侯")
_TITLES = (
    "书记 局长 市长 县长 区长 厅长 省长 镇长 乡长 村长 州长 科长 处长 部长 院长 校长 所长 队长 "
    "主任 主席 经理 老师 医生 律师 老板 先生 女士 小姐 同志 师傅 某"
)
# Of these two make a Tibetan name; one alone may be a county, a peak or a day of the week.
_TIBETAN = (
    "扎西 次仁 卓玛 顿珠 旦增 丹增 达娃 尼玛 普布 格桑 德吉 央金 拉姆 白玛 洛桑 "
    "平措 罗布 多吉 仁增 边巴 巴桑 米玛 拉巴 索朗 强巴 曲珍 曲扎 群培 旺堆 旺久 "
    "旺姆 加措 嘉措 桑珠 贡觉 赤列 阿旺 益西 晋美 江白 卓嘎 措姆 琼达 次旺 次珍 "
    "次旦 欧珠 班旦 塔杰 仓决 伦珠 土登 云丹 仁青 仓木 德庆 央宗 白珍 玉珍 朗杰 "
    "江村 贡桑"
)
# What ends so is a place, a paper or a thing, even behind a surname.
_NO_NAME = re.compile(r".*[区县市乡镇村路街桥证费卡节校馆灯站局院]$")
_SURNAMED = re.compile(rf"[{''.join(sorted(_SURNAMES))}].{{0,2}}")
_TITLED = re.compile(rf"[{''.join(sorted(_SURNAMES))}]({_TITLES.replace(' ', '|')}).*|.*某.*")
_SURNAME_TITLED = re.compile(
    rf"[{''.join(sorted(_SURNAMES))}](?=(?:{_TITLES.removesuffix(' 某').replace(' ', '|')}))"
)
_TIBETAN_NAME = re.compile(rf"(?:{_TIBETAN.replace(' ', '|')}){{2,}}")
_COMPOUND_NAME = re.compile(rf"(?:{'|'.join(set(_COMPOUND) - {'东方'})})[\u4e00-\u9fa5]{{1,2}}")
_CALLED = re.compile(rf"(?<=[叫是找姓])(?:{_TIBETAN.replace(' ', '|')})")


def hide(said: str) -> str:
    """Return what was said with what may name a person as 某, sign by sign, of the same length.

    Surnames before a title, surnamed words that no dictionary has or that it has as a name, and
    Tibetan names of two parts, or of one after 叫 or 是. Rather a word too many than a name.
    """
    for pattern in (_SURNAME_TITLED, _COMPOUND_NAME, _TIBETAN_NAME, _CALLED):
        said = pattern.sub(lambda found: "某" * len(found[0]), said)
    words = text.tokenizer().cut(said)  # guesses at unknown words: names are most of those
    return "".join("某" * len(word) if _may_be_a_name(word) else word for word in words)


def _may_be_a_name(word: str) -> bool:
    surnamed = len(word) in (2, 3) and word[0] in _SURNAMES and text.is_han(word)
    if not surnamed or _NO_NAME.match(word):
        return False
    return text.frequency(word) == 0 or word in _listed_names()


@functools.cache
def _listed_names() -> frozenset[str]:
    """Return the surnamed words that jieba's dictionary has as names (a tagger holds 160 MB)."""
    with text.tokenizer().get_dict_file() as lines:
        rows = (line.decode("utf-8").split() for line in lines)
        return frozenset(
            row[0] for row in rows if row[-1].startswith("nr") and row[0][0] in _SURNAMES
        )


def names_a_person(word: str) -> bool:
    """Tell whether `word` may name a person (rule: README of `nlp/data/matters`).

    True for a surname with a title or 某; for a Chinese word jieba tags as a personal name (nr…)
    that begins with a surname, is a foreign or a full name, or isn't in jieba's dictionary; and
    for any word of two to four signs that isn't in the dictionary and begins with a surname.
    """
    if not text.is_han(word) or len(word) < 2:
        return False
    known = text.frequency(word) > 0
    surnamed = word[0] in _SURNAMES or word.startswith(_COMPOUND)
    if _TITLED.fullmatch(word) or (surnamed and not known and len(word) <= 4):
        return True
    flags = [flag for part, flag in _tagged(word) if len(part) > 1 and flag.startswith("nr")]
    return bool(flags) and (surnamed or not known or flags != ["nr"])


def unnamed_parts(word: str) -> tuple[str, ...]:
    """Return the stretches of a Chinese `word` that can't be part of a person's name.

    A dictionary word is whole or nothing: nothing, if it names a person or is a lone surname.
    Any other word loses each surname with the two signs after it, as a name may run on there.
    """
    if text.frequency(word) > 0:
        return () if word in _SURNAMES or names_a_person(word) else (word,)
    return tuple(part for part in _SURNAMED.split(word) if part)


def _tagged(word: str) -> list[tuple[str, str]]:
    return [(pair.word, pair.flag) for pair in _tagger().lcut(word)]


@functools.cache
def _tagger() -> Any:
    with warnings.catch_warnings():  # as in `nlp.text`: the package warns about its own source
        warnings.simplefilter("ignore")
        import jieba.posseg
    return jieba.posseg.POSTokenizer(text.tokenizer())
