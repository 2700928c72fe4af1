"""答复自查: what a reviewer would send a reply back for, told before it is sent; pure.

What stops a reply is empty or was rejected already. The rest is asked: whoever answers may know
better than a list of phrases.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dispatch.handling.replies import SHORTEST_REPLY, Answer
from hotline.core.privacy import mask_text

THIN = 20  # characters: one sentence that says what was done and when is longer
_ECHO = 0.8  # so much of a reply being the request's own words is no answer
_RUN = 4  # characters in a row that two texts share


class Lack(StrEnum):
    NO_RESULT = "no_result"  # 办理结果没有写
    TOO_SHORT = "too_short"
    NO_REASON = "no_reason"  # 未解决, and nothing said why
    REJECTED_BEFORE = "rejected_before"  # the words that were sent back
    THIN = "thin"
    STOCK = "stock"  # 套话 in place of what was done
    NO_FACT = "no_fact"  # no time, number or place
    ONLY_PROMISED = "only_promised"  # 已解决, but it says what will be done
    PASSED_ON = "passed_on"  # sends the requester somewhere else
    ECHO = "echo"  # says the request again
    NOT_CONTACTED = "not_contacted"
    PERSONAL = "personal"  # a number that will be masked


STOPS = frozenset({Lack.NO_RESULT, Lack.TOO_SHORT, Lack.NO_REASON, Lack.REJECTED_BEFORE})


@dataclass(frozen=True)
class Finding:
    """What is wrong; `said` are the words that show it, if any do."""

    lack: Lack
    said: str = ""

    @property
    def stops(self) -> bool:
        """Whether it can't be sent so, whatever its author says."""
        return self.lack in STOPS


@dataclass(frozen=True)
class Before:
    """What the reply is measured by: the request's words, what was sent back, who was reached."""

    asked: str = ""
    rejected: Sequence[str] = ()
    reached: bool = False


_STOCK = re.compile(
    "高度重视|耐心等待|敬请谅解|感谢您的(?:理解|支持|关注)|正在(?:处理|办理|核实|研究|协调|跟进)"
    "|(?:将|会)?(?:尽快|及时|积极|认真|妥善|进一步)(?:处理|办理|解决|核实|协调|研究|安排|落实|推进)"
    "|已(?:转|交|转交|反馈|上报)(?:给)?(?:相关|有关)(?:部门|单位|科室|人员)|加强(?:管理|监管|巡查)|按(?:照)?(?:相关)?规定(?:处理|办理)"
    "|已(?:阅|知悉|收悉|处理|办理|办结)[。.!！]?$"
)
_NUMERAL = "[0-9０-９一二两三四五六七八九十百]"
_FACT = re.compile(
    rf"{_NUMERAL}+\s*(?:年|月|日|号|时|点|分|天|周|个|盏|只|处|次|人|名|户|元|米|公里|吨|台|辆|条|件|份|块|根|套|家|平方|％|%)"
    r"|今天|今日|昨天|昨日|前天|上午|下午|当晚|当日|本周|上周|(?:周|星期)[一二三四五六日天]|《[^》]+》"
)
_PROMISE = re.compile("将于|将会|将在|拟|计划|预计|准备|待.{1,12}后|下一步|届时|择期")
_DONE = re.compile("已|完毕|修好|办结|了[。，；,;]")
_ELSEWHERE = re.compile(
    "不属于?(?:我|本)(?:局|单位|部门|街道|乡|镇)|(?:非|不是)(?:我|本)(?:局|单位|部门)"
    "|(?:建议|请)您?(?:咨询|联系|拨打|致电|前往|向)[^。；，]{2,20}(?:部门|单位|局|热线|电话|反映|咨询)"
)


def look(answer: Answer, before: Before) -> list[Finding]:
    """Return what is wrong with the reply, what stops it first."""
    told = answer.public_reply.strip()
    found = [Finding(lack) for lack, is_so in _empty(answer, before).items() if is_so]
    if len(told) >= SHORTEST_REPLY:
        found += [finding for check in _ASKS for finding in check(answer, before)]
    return found


def stopped(found: Collection[Finding]) -> bool:
    """Return whether anything of this keeps the reply from being sent."""
    return any(each.stops for each in found)


def _empty(answer: Answer, before: Before) -> dict[Lack, bool]:
    told = _bare(answer.public_reply)
    return {
        Lack.NO_RESULT: not _bare(answer.result),
        Lack.TOO_SHORT: len(answer.public_reply.strip()) < SHORTEST_REPLY or not told,
        Lack.NO_REASON: not answer.is_solved and not _bare(answer.unsolved_reason),
        Lack.REJECTED_BEFORE: bool(told) and told in {_bare(each) for each in before.rejected},
    }


def _stock(answer: Answer, _before: Before) -> list[Finding]:
    phrase = _STOCK.search(answer.public_reply.strip())
    factless = not _FACT.search(answer.public_reply)
    if phrase and factless:
        return [Finding(Lack.STOCK, phrase[0])]
    if len(answer.public_reply.strip()) < THIN:
        return [Finding(Lack.THIN)]
    return [Finding(Lack.NO_FACT)] if factless else []


def _promised(answer: Answer, _before: Before) -> list[Finding]:
    phrase = _PROMISE.search(answer.public_reply)
    only = answer.is_solved and phrase and not _DONE.search(answer.public_reply)
    return [Finding(Lack.ONLY_PROMISED, phrase[0])] if only and phrase else []


def _passed_on(answer: Answer, _before: Before) -> list[Finding]:
    phrase = _ELSEWHERE.search(answer.public_reply)
    return [Finding(Lack.PASSED_ON, phrase[0])] if phrase else []


def _echo(answer: Answer, before: Before) -> list[Finding]:
    told, asked = _runs(answer.public_reply), _runs(before.asked)
    same = bool(told) and len(told & asked) / len(told) >= _ECHO
    return [Finding(Lack.ECHO)] if same else []


def _not_contacted(answer: Answer, before: Before) -> list[Finding]:
    reached = answer.contacted_at is not None or before.reached
    return [] if reached else [Finding(Lack.NOT_CONTACTED)]


def _personal(answer: Answer, _before: Before) -> list[Finding]:
    written = (answer.result, answer.public_reply, answer.unsolved_reason)
    hidden = any(mask_text(each) != each for each in written)
    return [Finding(Lack.PERSONAL)] if hidden else []


_ASKS: tuple[Callable[[Answer, Before], list[Finding]], ...] = (
    *(_stock, _promised, _passed_on, _echo),
    *(_not_contacted, _personal),
)


def _bare(text: str) -> str:
    """Return the text's letters and digits alone: what says something."""
    return re.sub(r"[\W_]+", "", text)


def _runs(text: str) -> set[str]:
    bare = _bare(text)
    return {bare[at : at + _RUN] for at in range(len(bare) - _RUN + 1)}
