"""Doubtful text: the proposal stays, its confidence falls, and a person is told why."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from knowledge.directory import Directory
from knowledge.entries import ANY_MATTER
from knowledge.matching import Match
from nlp.doubts import LONGEST, Doubt
from nlp.language import Language

# Below UNDECIDED_BELOW's 0.3 and any threshold that 自动派单 could earn.
DOUBTFUL_AT_MOST = 0.25
# Languages the matter model reads nothing of, and texts that say nothing.
_SAYS_NOTHING = frozenset(
    {Doubt.EMPTY, Doubt.NO_WORDS, Doubt.TIBETAN, Doubt.FOREIGN, Doubt.REPEATED, Doubt.GARBLED}
)
TIBETAN_SKILL = "bo"  # as seats have it (telephony/acd/skills.py)
_WHY: Mapping[Doubt, str] = {
    Doubt.EMPTY: "没有文字内容，请话务员问清诉求",
    Doubt.NO_WORDS: "只有数字、符号或表情，没有可读的文字，请话务员问清诉求",
    Doubt.TIBETAN: "藏文诉求，模型读不懂藏文，请转懂藏语的话务员（技能 bo）办理",
    Doubt.FOREIGN: "不是中文也不是藏文，模型读不懂，请转懂该语言的人员",
    Doubt.MIXED: "多种文字混写，模型只读得懂中文部分，请人工核对",
    Doubt.TOO_LONG: f"超过{LONGEST}字，只读了首尾部分（险情用语读了全文），请人工通读",
    Doubt.BROKEN: "含有控制字符或乱码，文字可能残缺，请人工核对",
    Doubt.SIGNS: "符号和表情多于文字，请人工核对",
    Doubt.REPEATED: "同样的字反复出现，不像诉求，请人工核对",
    Doubt.GARBLED: "文字不成词，可能是识别错误，请回听录音核对",
    Doubt.INSTRUCTION: "含有像是写给机器的指令，一律不照办，请人工判断",
}
_AND_TIBETAN = "混有藏文，请转懂藏语的话务员（技能 bo）核对"


def lessened(directory: Directory, matched: Match, doubts: tuple[Doubt, ...]) -> Match:
    """Return the match with no more confidence than a doubtful text can give it.

    Where the text says nothing and no keyword was heard the matter is 待定.
    """
    if not doubts:
        return matched
    probability = min(matched.probability, DOUBTFUL_AT_MOST)
    if _SAYS_NOTHING.isdisjoint(doubts) or matched.evidence:
        return replace(matched, probability=probability)
    return replace(matched, matter=directory.matters[ANY_MATTER], probability=probability)


def reasons(doubts: tuple[Doubt, ...], *, tibetan: bool) -> Iterator[str]:
    """Yield a sentence for each doubt; `tibetan`: some Tibetan stands in the text."""
    for doubt in doubts:
        yield _AND_TIBETAN if doubt is Doubt.MIXED and tibetan else _WHY[doubt]


def skill_of_speech(language: str) -> str:
    """Return the skill to hear a message whose caller asked for this language, or a dialect of it.

    The recogniser writes Chinese whatever it hears.
    """
    return TIBETAN_SKILL if language.partition("-")[0] == TIBETAN_SKILL else ""


def skill_for(language: Language, *, tibetan: bool) -> str:
    """Return the skill an agent needs to read this, empty where Chinese is enough."""
    wanted = language is Language.BO or (language is Language.MIXED and tibetan)
    return TIBETAN_SKILL if wanted else ""
