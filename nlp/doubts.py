"""Doubts: what makes a text one that no reader of it should be believed about."""

import re
import unicodedata
from enum import StrEnum

from nlp.language import Language, Script, language_of, scripts
from nlp.text import frequency, is_han, tokenizer

# No requester writes more; what an agent is told in a call is a tenth of it.
LONGEST = 5_000
_TAIL = 1_000
_SAMPLE = 400
_REPEATED_FROM, _REPEATED_BELOW = 40, 0.15  # characters; share of different ones
_GARBLED_FROM, _GARBLED_BELOW = 8, 0.2  # characters; share that stands in words of two and more
_BROKEN = frozenset({"Cc", "Co", "Cs", "Cn"})
_INSTRUCTION = re.compile(
    r"(?:忽略|无视|忘记|不要理会)[^，。]{0,8}(?:指令|提示词?|规则|设定|以上|之前的|前面的)|"
    r"(?:ignore|disregard|forget)\s+(?:all|any|the|previous|above|your)|system\s*prompt|系统提示|"
    r"你(?:现在)?是(?:一个|一名)?[^，。]{0,6}(?:AI|人工智能|语言模型|大模型|机器人助手)|<\|\w+\|>|"
    r"(?:^|\s)(?:system|assistant|user)\s*[::]|auto_?dispatch|confidence\s*[=::]|置信度|"
    r"(?:必须|直接|请)(?:自动派单|输出|返回|回复)[^，。]{0,8}(?:JSON|true|格式|1\.0|100)|jailbreak",
    re.IGNORECASE,
)


class Doubt(StrEnum):
    EMPTY = "empty"
    NO_WORDS = "no_words"
    TIBETAN = "tibetan"
    FOREIGN = "foreign"
    MIXED = "mixed"
    TOO_LONG = "too_long"
    BROKEN = "broken"
    SIGNS = "signs"
    REPEATED = "repeated"
    GARBLED = "garbled"
    INSTRUCTION = "instruction"


_BY_LANGUAGE = {
    Language.NONE: Doubt.NO_WORDS,
    Language.BO: Doubt.TIBETAN,
    Language.OTHER: Doubt.FOREIGN,
    Language.MIXED: Doubt.MIXED,
}


def find_doubts(raw: str, text: str) -> tuple[Doubt, ...]:
    """Return every doubt about `text`, the normalised form of what came in as `raw`."""
    if not text:
        return (Doubt.EMPTY, Doubt.BROKEN) if _is_broken(raw) else (Doubt.EMPTY,)
    part, language = excerpt(text), language_of(text)
    found = {
        Doubt.TOO_LONG: len(text) > LONGEST,
        Doubt.BROKEN: _is_broken(raw),
        Doubt.SIGNS: language is not Language.NONE and _is_signs(part),
        Doubt.REPEATED: _is_repeated(part),
        Doubt.GARBLED: language is Language.ZH and _is_garbled(part[:_SAMPLE]),
        Doubt.INSTRUCTION: _INSTRUCTION.search(part) is not None,
    }
    said = (_BY_LANGUAGE[language],) if language in _BY_LANGUAGE else ()
    return (*said, *(doubt for doubt, holds in found.items() if holds))


def excerpt(text: str) -> str:
    """Return the part that is read: all of a text up to LONGEST, else its head and its tail."""
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST - _TAIL]}。{text[-_TAIL:]}"


def _is_broken(raw: str) -> bool:
    """NUL, control and replacement characters: the text was damaged, or made to do damage."""
    return "\ufffd" in raw or any(
        unicodedata.category(sign) in _BROKEN for sign in set(raw) - set("\t\n\r\x0b\x0c\x85")
    )


def _is_signs(text: str) -> bool:
    signs = sum(unicodedata.category(sign) in ("So", "Sk") for sign in text)
    return signs > sum(scripts(text).values())


def _is_repeated(text: str) -> bool:
    sample = [sign for sign in text[:_SAMPLE] if is_han(sign)]
    return len(sample) >= _REPEATED_FROM and len(set(sample)) < _REPEATED_BELOW * len(sample)


def _is_garbled(text: str) -> bool:
    """Characters that hardly ever make words: what a recogniser writes of noise."""
    if scripts(text)[Script.HAN] < _GARBLED_FROM:
        return False
    words = [word for word in tokenizer().cut(text, HMM=False) if is_han(word)]
    known = sum(len(word) for word in words if len(word) > 1 and frequency(word))
    return known < _GARBLED_BELOW * sum(map(len, words))
