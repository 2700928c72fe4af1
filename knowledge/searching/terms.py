"""What of a text is looked up: its words, its runs of characters, and how it sounds.

All three take a text as `plain` gives it: once for an article, as a hundred thousand wait.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from pypinyin import Style, pinyin

from nlp.sounds import fold
from nlp.text import normalise, tokenizer

# Tibetan is written in syllables parted by tsheg and shad; jieba would part every sign.
_TIBETAN = re.compile(r"([\u0F18-\u0F19\u0F20-\u0F39\u0F3E-\u0F84\u0F86-\u0FBC]+)")
_HAN = re.compile(r"[\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF]+")
# What stands in every request and tells no two apart.
_STOPPED = frozenset(
    "的了是在我你您他她它们和与及或就都也还不没有个这那吗呢吧啊呀嘛把被给让到从对为以于而但并很太要会能"
    "嗯哦喂"
) | {
    "可以",
    "什么",
    "怎么",
    "怎样",
    "如何",
    "请问",
    "你好",
    "您好",
    "我们",
    "你们",
    "他们",
    "一个",
    "这个",
    "那个",
    "现在",
    "就是",
    "因为",
    "所以",
    "但是",
    "然后",
    "一下",
    "谢谢",
}


def plain(text: str) -> str:
    """Return the text as it is looked up: NFKC, in small letters."""
    return normalise(text).lower()


def words(text: str) -> list[str]:
    """Return jieba's words for searching (long ones with their parts), Tibetan by syllable."""
    return [word for word in _pieces(text) if word not in _STOPPED]


def grams(text: str) -> list[str]:
    """Return every two neighbouring Chinese characters: no dictionary has all words."""
    runs = _HAN.findall(text)
    return [run[at : at + 2] for run in runs for at in range(len(run) - 1)]


def sounds(text: str) -> list[str]:
    """Return every two neighbouring syllables, folded: recognised speech may only sound right."""
    found: list[str] = []
    for run in _HAN.findall(text):
        read = [reading(letter) for letter in run]
        found += [f"{one}.{other}" for one, other in pairwise(read)]
    return found


@lru_cache(maxsize=32768)
def reading(letter: str) -> str:
    """Return the character's usual reading without its tone, its confusable sounds made one.

    A character without a known reading sounds like itself alone.
    """
    read = pinyin(letter, style=Style.NORMAL, errors="ignore")
    return fold(read[0][0]) if read else letter


def _pieces(text: str) -> Iterator[str]:
    for index, part in enumerate(_TIBETAN.split(text)):
        if index % 2:
            yield part
        elif part:
            # Without guessing at new words (HMM): known items are found better, and sooner.
            cut = tokenizer().cut_for_search(part, HMM=False)
            yield from (word for word in cut if any(map(str.isalnum, word)))
