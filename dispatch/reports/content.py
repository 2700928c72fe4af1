"""A template's text, read line by line: its title, headings, prose, tables and charts.

    标题：{{ period.name }}热线运行月报
    # 一、总体情况
    本期受理诉求 {{ figure("requests") }} 件，{{ change("requests") }}。
    表：requests, matters, direct_answer
    图：received 按单位 前10

Whatever is none of these is prose. Which codes there are is the caller's to say.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from dispatch.indicators.terms import Key
from dispatch.reports import prose
from dispatch.reports.lines import BadLine
from hotline.core.errors import Invalid

LONGEST = 20_000  # letters
MOST_PARTS = 60
MOST_SHOWN = 30  # values of a chart that are not days or hours
USUAL_SHOWN = 10
KEYS = {
    "按日": Key.DAY,
    "按单位": Key.DEPARTMENT,
    "按区划": Key.DISTRICT,
    "按事项": Key.MATTER,
    "按小时": Key.HOUR,
}
_TITLE, _TABLE, _CHART, _HEADING = "标题", "表", "图", "#"
_COMMAND = re.compile(rf"({_TITLE}|{_TABLE}|{_CHART})[:：]\s*(.*)")
_CHART_SAID = re.compile(r"(\w+)\s+(按\S+)(?:\s+前(\d{1,2}))?")


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Prose:
    """Text with gaps, and the line on which it begins."""

    text: str
    line: int


@dataclass(frozen=True)
class Table:
    """指标表: these indicators, each with the span before."""

    codes: tuple[str, ...]


@dataclass(frozen=True)
class Chart:
    """One indicator by a key; every chart has its table."""

    code: str
    by: Key
    shown: int


Part = Heading | Prose | Table | Chart


@dataclass(frozen=True)
class Content:
    """A template that was read."""

    title: Prose
    parts: tuple[Part, ...]

    @property
    def days(self) -> frozenset[str]:
        """Return the codes of which each day's figure is needed."""
        charts = [each for each in self.parts if isinstance(each, Chart)]
        return frozenset(each.code for each in charts if each.by is Key.DAY)


def read(text: str, known: Collection[tuple[str, Key]]) -> Content:
    """Return what the text says; `known` are the indicators, and by what each is told apart.

    Raises BadLine for what can't be understood or filled in, and Invalid for a longer text.
    """
    if len(text) > LONGEST:
        raise Invalid(f"A template has {LONGEST} letters at most.", remedy="Make it shorter.")
    title: Prose | None = None
    parts: list[Part] = []
    for part in _parts(text, known):
        if isinstance(part, _Title):
            if title is not None:
                raise BadLine(part.line, "there are two titles")
            title = Prose(part.text, part.line)
        else:
            parts.append(part)
    if title is None or not title.text:
        raise BadLine(1, "there is no title")
    if not parts or len(parts) > MOST_PARTS:
        raise BadLine(1, f"it has no part, or more than {MOST_PARTS}")
    codes = {code for code, _ in known}
    for each in (title, *parts):
        if isinstance(each, Prose):
            prose.check(each.text, each.line, codes, known)
    return Content(title, tuple(parts))


@dataclass(frozen=True)
class _Title(Prose):
    pass


def _parts(text: str, known: Collection[tuple[str, Key]]) -> Iterator[Part | _Title]:
    said: list[str] = []
    for number, line in enumerate([*text.splitlines(), f"{_HEADING} "], 1):
        command = _COMMAND.fullmatch(line.strip())
        if not command and not line.startswith(_HEADING):
            said.append(line)
            continue
        if words := "\n".join(said).strip():
            blank = next(n for n, each in enumerate(said) if each.strip())
            yield Prose(words, number - len(said) + blank)
        said = []
        if command:
            yield _command(number, command[1], command[2].strip(), known)
        elif heading := line.removeprefix(_HEADING).strip():
            yield Heading(heading)


def _command(number: int, word: str, rest: str, known: Collection[tuple[str, Key]]) -> Part:
    if word == _TITLE:
        return _Title(rest, number)
    if word == _TABLE:
        codes = tuple(each for each in re.split(r"[,，、\s]+", rest) if each)
        unknown = set(codes) - {code for code, _ in known}
        if not codes or unknown:
            raise BadLine(number, f"no such indicator: {', '.join(sorted(unknown)) or '—'}")
        return Table(codes)
    return _chart(number, rest, known)


def _chart(number: int, rest: str, known: Collection[tuple[str, Key]]) -> Chart:
    said = _CHART_SAID.fullmatch(rest)
    if said is None or said[2] not in KEYS:
        raise BadLine(
            number, f"a chart is written like 图：received 按单位 前10 ({'/'.join(KEYS)})"
        )
    code, by = said[1], KEYS[said[2]]
    if (code, by) not in known:
        raise BadLine(number, f"no such indicator is told apart so: {code} {said[2]}")
    shown = int(said[3] or USUAL_SHOWN)
    if not 0 < shown <= MOST_SHOWN:
        raise BadLine(number, f"a chart shows from 1 to {MOST_SHOWN}")
    return Chart(code, by, shown)
