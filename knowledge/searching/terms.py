"""What of a text is looked up: its words, its runs of characters, and how it sounds.

A term is a number of 32 bits, so that a hundred thousand articles are counted as arrays. All take
texts as `plain` gives them.
"""

import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from pypinyin import Style, pinyin

from knowledge.searching.cutting import cut
from knowledge.searching.pinyin_typed import spelt_out
from nlp.sounds import fold
from nlp.text import normalise

Numbers = NDArray[np.uint32]
# Tibetan is written in syllables parted by tsheg and shad; jieba would part every sign.
_TIBETAN = re.compile(r"([\u0F18-\u0F19\u0F20-\u0F39\u0F3E-\u0F84\u0F86-\u0FBC]+)")
_HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF))
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


# Who searches while thousands are cut waits for the interpreter no longer than a few of them take.
BREATH_AFTER, BREATH_S = 16, 1e-4


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of some texts in their order, each with the place of the text it stands in."""

    keys: Numbers
    owners: Numbers
    texts: int


def plain(text: str) -> str:
    """Return the text as it is looked up: NFKC, in small letters."""
    return normalise(text).lower()


def words(text: str) -> list[str]:
    """Return jieba's words for searching (long ones with their parts), Tibetan by syllable."""
    return [word for word in _pieces(text) if word not in _STOPPED]


def of_words(texts: Sequence[str]) -> Terms:
    """Return the words' checksums: of a hundred thousand words one pair, if any, shares one."""
    each = []
    for number, text in enumerate(texts):
        each.append([crc32(word.encode(errors="surrogatepass")) for word in words(text)])
        if number % BREATH_AFTER == BREATH_AFTER - 1:
            time.sleep(BREATH_S)
    sizes = [len(keys) for keys in each]
    keys = np.fromiter((key for found in each for key in found), np.uint32, sum(sizes))
    return Terms(keys, _repeated(sizes), len(texts))


def of_grams(texts: Sequence[str]) -> Terms:
    """Return every two neighbouring Chinese characters: no dictionary has all words."""
    return _neighbours(*_letters(texts), len(texts))


def of_sounds(texts: Sequence[str]) -> Terms:
    """Return every two neighbouring syllables, folded: recognised speech may only sound right.

    What is typed as pinyin sounds so too.
    """
    letters, owners = _letters([spelt_out(text) for text in texts])
    _learn(letters)
    return _neighbours(_SOUND_OF[letters], owners, len(texts))


@lru_cache(maxsize=32768)
def reading(letter: str) -> str:
    """Return the character's usual reading without its tone, its confusable sounds made one.

    A character without a known reading sounds like itself alone.
    """
    read = pinyin(letter, style=Style.NORMAL, errors="ignore")
    return fold(read[0][0]) if read else letter


def _letters(texts: Sequence[str]) -> tuple[Numbers, Numbers]:
    """Return all texts' characters, 0 for what isn't Chinese and between two texts."""
    joined = "\n".join([*texts, ""])
    codes = np.frombuffer(joined.encode("utf-32-le", errors="surrogatepass"), dtype=np.uint32)
    chinese = np.zeros(len(codes), dtype=np.bool_)
    for first, last in _HAN:
        chinese |= (codes >= first) & (codes <= last)
    return np.where(chinese, codes, np.uint32(0)), _repeated([len(text) + 1 for text in texts])


def _neighbours(numbers: Numbers, owners: Numbers, texts: int) -> Terms:
    """Return each two neighbours of which neither is 0 as one number."""
    together = (numbers[:-1] > 0) & (numbers[1:] > 0)
    keys = (numbers[:-1][together] << np.uint32(16)) | numbers[1:][together]
    return Terms(keys, owners[:-1][together], texts)


def _repeated(sizes: Sequence[int]) -> Numbers:
    return np.repeat(np.arange(len(sizes), dtype=np.uint32), sizes)


# Each character's sound by its number in this process, 0 for one that nobody has looked up yet.
_SOUND_OF = np.zeros(1 << 16, dtype=np.uint32)
_SOUNDS: dict[str, int] = {}
_learning = threading.Lock()


def _learn(letters: Numbers) -> None:
    new = letters[(letters > 0) & (_SOUND_OF[letters] == 0)]
    with _learning:
        for letter in np.unique(new).tolist():
            _SOUND_OF[letter] = _SOUNDS.setdefault(reading(chr(letter)), len(_SOUNDS) + 1)


def _pieces(text: str) -> Iterator[str]:
    for index, part in enumerate(_TIBETAN.split(text)):
        if index % 2:
            yield part
        elif part:
            yield from cut(part)
