"""The rules by name and version, and what one of them finds; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    SILENCE = "silence"  # 长时间静音
    INTERRUPTION = "interruption"  # 抢话
    FORBIDDEN = "forbidden"  # 禁语
    NO_GREETING = "no_greeting"  # 无开头语
    NO_CLOSING = "no_closing"  # 无结束语
    PROMISE = "promise"  # 承诺未落实
    EMPTY_REPLY = "empty_reply"  # 空洞答复
    COPIED = "copied"  # 摘要雷同
    UNASKED = "unasked"  # 必问未问


# Counted up with every change of what a rule finds; a flag says by which it was found.
VERSIONS: Mapping[Rule, int] = dict.fromkeys(Rule, 1)


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found: `measure` is seconds, letters, a share or a count, as the rule has it.

    `agent`: whose work it is, empty for the call's or the ticket's own agent.
    """

    rule: Rule
    measure: float
    line: int | None = None
    at_s: float | None = None
    until_s: float | None = None
    agent: str = ""
