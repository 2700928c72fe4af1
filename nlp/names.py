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
_SURNAMED = re.compile(rf"[{''.join(sorted(_SURNAMES))}].{{0,2}}")
_TITLED = re.compile(rf"[{''.join(sorted(_SURNAMES))}]({_TITLES.replace(' ', '|')}).*|.*某.*")


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
