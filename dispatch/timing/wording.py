"""为什么是这个时间: a clock's reckoning in sentences that an agent can read out."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from dispatch.models import Clock
from dispatch.rules.bounds import Scope
from dispatch.rules.calendar import Why
from dispatch.rules.layers import DayEnd
from dispatch.rules.limits import Limit, LimitUnit
from dispatch.terms import ClockKind
from dispatch.timing.reckoning import latest, read_parts
from hotline.core.clock import beijing
from hotline.core.events import Event, EventType

_LENGTHS = {
    LimitUnit.NATURAL_HOURS: ("{count}小时", "从起算时刻连续计算，夜间和节假日不停"),
    LimitUnit.NATURAL_DAYS: ("{count}天", "当天不计，节假日照计"),
    LimitUnit.WORKING_HOURS: ("{count}个工作小时", "只计办公时间"),
    LimitUnit.WORKING_DAYS: ("{count}个工作日", "当天不计，放假的日子不计"),
}
_HOURLY = (LimitUnit.NATURAL_HOURS, LimitUnit.WORKING_HOURS)
_WHYS = {
    Why.NATURAL: "",
    Why.WORKDAY: "工作日",
    Why.MAKEUP_DAY: "调休上班",
    Why.HALF_DAY: "上班半天",
    Why.WEEKEND: "周末",
    Why.HOLIDAY: "放假",
    Why.CLOSED: "不在办公时间",
}
# What is counted as ever goes without saying.
_SCOPES: dict[str, str] = {
    Scope.TICKET: "按诉求所在地的日历计算，承办单位自己的放假不算",
    Scope.NATIONAL: "只按全国的放假安排计算",
}
_ENDS: dict[str, str] = {DayEnd.CLOSE: "下班", DayEnd.MIDNIGHT: "24:00"}
# The kept library writes itself as the source of the national notices.
_LIBRARY = "chinesecalendar "

# What whoever noted the notice remarks on it, ` (number not seen)`, is not read out.
_REMARK = re.compile(r"\s*[(\[][^)\]]*[)\]]$")

Line = dict[str, Any]


def explain(clock: Clock, changed: Sequence[Event] = (), *, waits: str = "") -> list[str]:
    """Return why the clock is due when it is, one sentence a step, runs of days folded.

    `changed`: the `clock.reckoned` events of this clock, for when and why it was due otherwise.
    `waits`: the public reason for which it stands still.
    """
    parts = read_parts(clock.limit, moves_off_days=clock.moves_off_days)
    told = [_begin(clock, parts[0]), *_bounds(clock, parts[0])]
    for place, (part, lines) in enumerate(zip(parts, _by_part(clock.trace), strict=False)):
        if place:
            told.append(f"延期{_length(part)}，从原到期时间接着计算。")
        told += [_run(part, run) for run in _runs(part, lines)]
    return [*told, *_end(clock, waits), *(_change(event) for event in changed)]


def changes_of(clock: Clock, happened: Iterable[Event]) -> list[Event]:
    """Return those of a ticket's events that tell when this clock was reckoned anew."""
    return [
        event
        for event in happened
        if event.type == EventType.CLOCK_RECKONED
        and (event.refs["subject"], event.refs["clock"]) == (clock.subject, clock.kind)
    ]


def _begin(clock: Clock, first: Limit) -> str:
    label, rule = ClockKind(clock.kind).label, _LENGTHS[first.unit][1]
    return f"{label}{_length(first)}，从{_moment(clock.started_at)}起算，{rule}。"


def _bounds(clock: Clock, first: Limit) -> Iterator[str]:
    """Yield what the limit says of its own: whose days off count, and when its day ends."""
    if clock.calendar in _SCOPES and first.unit is not LimitUnit.NATURAL_HOURS:
        yield f"{_SCOPES[clock.calendar]}。"
    if clock.ends_at:
        yield f"最后一天到{_ENDS.get(clock.ends_at, clock.ends_at)}为止。"


def _length(limit: Limit) -> str:
    return _LENGTHS[limit.unit][0].format(count=limit.count)


def _by_part(trace: Sequence[Line]) -> list[list[Line]]:
    """Return the lines of each part: one that follows another begins where that one was due."""
    parts: list[list[Line]] = []
    for line in trace:
        last = parts[-1][-1] if parts else None
        if last is None or line["why"] == Why.EVENT_DAY or _goes_back(last, line):
            parts.append([])
        parts[-1].append(line)
    return parts


def _goes_back(last: Line, line: Line) -> bool:
    return bool(line["date"] <= last["date"] or line["total"] < last["total"])


def _runs(part: Limit, lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield runs of days that were treated alike for the same reason; event days are left out.

    Days of which working hours were counted stand by themselves: each held a different part.
    """
    by_day = part.unit is LimitUnit.WORKING_HOURS

    def alike(line: Line) -> tuple[object, ...]:
        return (
            line["counted"],
            line["why"],
            line["name"],
            line["layer"] and line["source"],
            line["provisional"],
            line["date"] if by_day and line["counted"] else "",
        )

    counted = (line for line in lines if line["why"] != Why.EVENT_DAY)
    for _, run in groupby(counted, key=alike):
        yield list(run)


def _run(part: Limit, run: Sequence[Line]) -> str:
    first, last = run[0], run[-1]
    notice = _notice(first) if first["layer"] and first["why"] != Why.NATURAL else ""
    said, name = _WHYS[Why(first["why"])], first["name"] if notice else ""
    why = _joined(name, said)
    reason = f" {why}" if why else ""
    named = f"（{notice}）" if notice else ""
    open_ = "（通知未发布，暂按周一至周五上班计）" if first["provisional"] else ""
    return f"{_days(first, last)}{reason}{named}{open_}，{_amount(part, run)}。"


def _joined(name: str, said: str) -> str:
    """Return both, saying once what the name ends with and the reason begins with."""
    if said and said in name:
        return name
    shared = next(n for n in range(len(said), -1, -1) if name.endswith(said[:n]))
    return name + said[shared:]


def _amount(part: Limit, run: Sequence[Line]) -> str:
    if not run[0]["counted"]:
        return "不计"
    unit = "小时" if part.unit in _HOURLY else "天"
    amount = sum(line["amount"] for line in run)
    total = run[-1]["total"]
    sofar = f"，累计{_plain(total)}{unit}" if _plain(total) != _plain(amount) else ""
    return f"计{_plain(amount)}{unit}{sofar}"


def _end(clock: Clock, waits: str) -> Iterator[str]:
    if clock.ceiling_at and clock.due_at == latest(clock.started_at, clock.ceiling_at):
        yield f"下级承办须早于上级的到期时间，所以止于{_moment(clock.due_at)}。"
    yield f"因此{_moment(clock.due_at)}到期。"
    if clock.provisional:
        yield "其中有的日子放假通知尚未发布，到期时间是暂定的，通知发布后会重新计算。"
    if clock.waits_for:
        reason = f"因{waits}" if waits else ""
        yield f"现在{reason}暂停计时，恢复后接着计算剩余的时间。"


def _change(event: Event) -> str:
    before, due = (datetime.fromisoformat(event.refs[name]) for name in ("before", "due"))
    why = event.refs["why"]
    return f"{_moment(event.at)}因{why}，到期时间由{_moment(before)}改为{_moment(due)}。"


def _notice(line: Line) -> str:
    """Return the notice's name; the national ones are known by their publisher."""
    notice, _, rest = str(line["source"]).partition("; ")
    if notice.startswith(_LIBRARY):
        return f"{rest.partition('; ')[0]}通知"
    return _REMARK.sub("", notice)


def _days(first: Line, last: Line) -> str:
    begins, ends = (date.fromisoformat(line["date"]) for line in (first, last))
    written = f"{begins.month}月{begins.day}日"
    if begins == ends:
        return written
    if begins.month == ends.month:
        return f"{written}至{ends.day}日"
    return f"{written}至{ends.month}月{ends.day}日"


def _moment(moment: datetime) -> str:
    local = beijing(moment)
    return f"{local.year}年{local.month}月{local.day}日{local:%H:%M}"


def _plain(amount: float) -> str:
    return f"{amount:.2f}".rstrip("0").rstrip(".")
