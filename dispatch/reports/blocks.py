"""A template and kept figures, put together: what every form of the report writes out."""

from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.indicators.terms import Key
from dispatch.reports import prose
from dispatch.reports.content import Chart, Content, Heading, Part, Prose, Table
from dispatch.reports.telling import Kept, Told

COLUMNS = ("指标", "本期", "上期", "变化", "分子", "分母")
KEY_NAMES = {
    Key.DAY: "日期",
    Key.DEPARTMENT: "单位",
    Key.DISTRICT: "区划",
    Key.MATTER: "事项",
    Key.HOUR: "小时",
}
IN_ORDER = frozenset({Key.DAY, Key.HOUR})


@dataclass(frozen=True)
class Head:
    text: str


@dataclass(frozen=True)
class Words:
    """Paragraphs."""

    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A table: its columns' names and its rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Drawing:
    """A chart and its table; `lines` for what follows a course, bars for the rest."""

    title: str
    names: tuple[str, ...]
    values: tuple[float | None, ...]
    lines: bool
    grid: Grid


Block = Head | Words | Grid | Drawing


@dataclass(frozen=True)
class Sheet:
    """A report that can be written out: its title, and its blocks in order."""

    title: str
    blocks: tuple[Block, ...]


def title(content: Content, kept: Kept) -> str:
    """Return the report's title, on one line."""
    return " ".join(prose.say(content.title.text, Told(kept).words()).split())


def put_together(content: Content, kept: Kept, remarks: Sequence[str] = ()) -> Sheet:
    """Return the report; the remarks (研判) of people come after all that figures say."""
    told = Told(kept)
    blocks = [_block(part, told) for part in content.parts]
    if remarks:
        blocks += [Head("研判意见"), Words(tuple(_paragraphs("\n".join(remarks))))]
    return Sheet(title(content, kept), tuple(blocks))


def _block(part: Part, told: Told) -> Block:
    if isinstance(part, Heading):
        return Head(part.text)
    if isinstance(part, Prose):
        return Words(tuple(_paragraphs(prose.say(part.text, told.words()))))
    return _grid(part, told) if isinstance(part, Table) else _drawing(part, told)


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _grid(part: Table, told: Told) -> Grid:
    return Grid(COLUMNS, tuple(_row(code, told) for code in part.codes))


def _row(code: str, told: Told) -> tuple[str, ...]:
    raw = told.raw(code)
    counts = (f"{raw.get(each, 0):,}" for each in ("numerator", "denominator"))
    return (told.name(code), told.figure(code), told.before(code), told.change(code), *counts)


def _drawing(part: Chart, told: Told) -> Drawing:
    found = told.parts(part.code, part.by)
    shown = found if part.by in IN_ORDER else found[: part.shown]
    name = told.name(part.code)
    columns = (KEY_NAMES[part.by], name, "占比")
    rows = tuple((each.name, each.figure, each.share) for each in shown)
    return Drawing(
        title=f"{name}（按{KEY_NAMES[part.by]}）",
        names=tuple(each.name for each in shown),
        values=tuple(each.value for each in shown),
        lines=part.by in IN_ORDER,
        grid=Grid(columns, rows),
    )
