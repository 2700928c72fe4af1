"""What is kept of a report's figures, as its words, tables and charts say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dispatch.indicators.terms import Key, Kind
from dispatch.reports import periods
from dispatch.reports.periods import Span
from dispatch.reports.terms import ReportKind

NOTHING = "—"
_PERCENT = frozenset({Kind.RATE, Kind.SHARE})
KIND_NAMES = {
    ReportKind.DAILY: "日报",
    ReportKind.WEEKLY: "周报",
    ReportKind.MONTHLY: "月报",
    ReportKind.SPECIAL: "专报",
}
Kept = Mapping[str, Any]  # as `gathering` makes it


@dataclass(frozen=True)
class Named:
    """The days in words."""

    name: str
    first: str
    last: str
    days: int

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class One:
    """One value of a key: its name, its figure in words, and its share of the whole (counts)."""

    name: str
    figure: str
    share: str
    value: float | None


class Told:
    """The kept figures in words: all that a template may say."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self.kind = ReportKind(kept["kind"])

    def words(self) -> dict[str, Any]:
        """Return the vocabulary of prose."""
        said = ("name", "figure", "before", "change", "top")
        own: dict[str, Any] = {each: getattr(self, each) for each in said}
        score = self._kept["now"]["score"]
        named = {"period": self._named("now"), "earlier": self._named("before")}
        return {
            **own,
            **named,
            "kind": KIND_NAMES[self.kind],
            "score": NOTHING if score is None else f"{score:.1f}",
        }

    def _named(self, which: str) -> Named:
        first, last = (date.fromisoformat(self._kept[which][end]) for end in ("since", "until"))
        span = Span(first, last)
        name = periods.name(self.kind, span)
        return Named(name, first.isoformat(), last.isoformat(), span.days)

    def name(self, code: str) -> str:
        """Return the indicator's name."""
        return str(self._kept["indicators"].get(code, {}).get("name", code))

    def unit(self, code: str) -> Kind:
        """Return how its figure is read."""
        return Kind(self._kept["indicators"].get(code, {}).get("kind", Kind.COUNT))

    def raw(self, code: str, which: str = "now") -> Mapping[str, Any]:
        """Return the figure with its numerator and denominator; empty for none."""
        found: Mapping[str, Any] = self._kept[which]["figures"].get(code, {})
        return found

    def figure(self, code: str) -> str:
        """Return the figure of the days."""
        return said(self.unit(code), self.raw(code).get("value"))

    def before(self, code: str) -> str:
        """Return the figure of the days before."""
        return said(self.unit(code), self.raw(code, "before").get("value"))

    def change(self, code: str) -> str:
        """Return how the figure changed against the days before."""
        now, then = (self.raw(code, which).get("value") for which in ("now", "before"))
        return change(self.unit(code), now, then)

    def top(self, code: str, by: str, most: int) -> list[One]:
        """Return the largest values of a count, the busiest of a rate, with their figures."""
        return self.parts(code, Key(by))[:most]

    def parts(self, code: str, by: Key) -> list[One]:
        """Return the figures by the key: days and hours in order, others the largest first."""
        found = self._kept["by"].get(code, {}).get(by.value, [])
        whole = self.raw(code).get("numerator") or 0
        kind, names = self.unit(code), self._kept["names"].get(by.value, {})
        return [
            One(
                name=names.get(value, value) or "未分类",
                figure=said(kind, figure["value"]),
                share=_share(kind, figure["numerator"], whole),
                value=figure["value"],
            )
            for value, figure in found
        ]


def said(kind: Kind, value: float | None) -> str:
    """Return a figure as it is read: 1,234, 95.3% or 12.5; a dash for none."""
    if value is None:
        return NOTHING
    if kind in _PERCENT:
        return f"{value:.1f}%"
    return f"{value:.1f}" if kind is Kind.MEAN else f"{value:,.0f}"


def change(kind: Kind, now: float | None, then: float | None) -> str:
    """Return in words how a figure changed: a rate in points, others in percent of the earlier."""
    if now is None or then is None:
        return "与上期无可比"
    if now == then:
        return "与上期持平"
    if kind in _PERCENT:
        return f"较上期{'上升' if now > then else '下降'}{abs(now - then):.1f}个百分点"
    if not then:
        return "上期为零"
    return f"较上期{'增加' if now > then else '减少'}{100 * abs(now - then) / then:.1f}%"


def _share(kind: Kind, some: int, whole: int) -> str:
    return f"{100 * some / whole:.1f}%" if kind is Kind.COUNT and whole else NOTHING
