"""Another system's sheet, its mapping, and what tests ask of what came of it."""

import csv
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlmodel import Session

from dispatch.models import Clock, Ticket
from dispatch.taking_over import import_people, importing
from dispatch.taking_over.import_mapping import ColumnMapping
from dispatch.taking_over.import_reading import Report
from dispatch.timing import clocks, sweep
from dispatch.timing.clocks import Threshold
from hotline.core.accounts import MACHINE
from hotline.core.phone import PhoneNumber
from hotline.core.privacy import Person

MAPPING = """
origin = "旧热线系统"

[columns]
number = "工单编号"
registered_at = "受理时间"
text = "诉求内容"
caller = "来电号码"
request_type = "诉求类型"
matter = "事项"
district = "区县"
status = "状态"
department = "承办单位"
dispatched_at = "派单时间"
due_at = "截止时间"
replied_at = "答复时间"
public_reply = "答复内容"
closed_at = "办结时间"
satisfaction = "满意度"

[values.status]
"待派单" = "registered"
"待签收" = "dispatched"
"办理中" = "accepted"
"待审核" = "replied"
"待回访" = "awaiting_callback"
"已办结" = "closed"

[values.request_type]
"求助类" = "assistance"
"投诉类" = "complaint"

[values.department]
"城管" = "540102-urban"

[values.matter]
"*" = ""

[values.satisfaction]
"满意" = "5"

[defaults]
district = "540102"
closing = "resolved"
is_true = "yes"
is_solved = "yes"
"""
HEADINGS = (
    *("工单编号", "受理时间", "诉求内容", "来电号码", "诉求类型", "事项", "区县", "状态"),
    *("承办单位", "派单时间", "截止时间", "答复时间", "答复内容", "办结时间", "满意度"),
)
WORDS = "八一路的井盖破了，我的电话是13989005678，请来修。"
REPLY = "井盖已于当日更换，现场已经恢复通行。"
OPEN = {
    "工单编号": "JX-0001",
    "受理时间": "2026-11-24 09:00:00",
    "诉求内容": WORDS,
    "来电号码": "13989005678",
    "诉求类型": "求助类",
    "状态": "待派单",
}
DISPATCHED = OPEN | {"状态": "待签收", "承办单位": "城管", "派单时间": "2026-11-24 09:20"}
REPLIED = DISPATCHED | {"状态": "待审核", "答复时间": "2026-11-25 10:00", "答复内容": REPLY}
CLOSED = REPLIED | {"状态": "已办结", "办结时间": "2026-11-25 11:00", "满意度": "满意"}


def written(folder: Path, *lines: Mapping[str, str], name: str = "old.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as out:
        sheet = csv.DictWriter(out, HEADINGS, restval="")
        sheet.writeheader()
        sheet.writerows(lines)
    return path


def take_in(session: Session, path: Path, mapping: ColumnMapping, now: datetime) -> Report:
    def know(phones: Sequence[PhoneNumber | None]) -> list[Person]:
        return import_people.know_many(session, phones, now=now).people

    took = partial(importing.take_in, actor=MACHINE, now=now, progress=lambda _: None)
    return took(session, path, mapping, know)


def check(session: Session, path: Path, mapping: ColumnMapping, now: datetime) -> Report:
    return importing.check(session, path, mapping, now=now, progress=lambda _: None)


def running(session: Session, ticket: Ticket) -> dict[str, Clock]:
    return {each.kind: each for each in clocks.of_ticket(session, ticket) if not each.stopped_at}


def struck(session: Session, at: datetime) -> list[tuple[str, Threshold]]:
    found = []
    while batch := sweep.strike_batch(session, now=at).struck:
        found += [(each.clock.kind, each.threshold) for each in batch]
    return found
