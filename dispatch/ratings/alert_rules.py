"""疑似造假: what looks gamed, judged from facts alone; every finding says what it goes by.

A finding is a question for a person, never a verdict: nothing is undone or counted by it.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from dispatch.ratings import near_texts


class Rule(StrEnum):
    TYPE_DOWNGRADED = "type_downgraded"  # 来电后降低诉求类型
    SHAM_CLOSURE = "sham_closure"  # 虚假办结
    COPIED_REPLY = "copied_reply"  # 雷同答复
    JUST_BEFORE_DUE = "just_before_due"  # 临期突击办结
    RATING_CLUSTER = "rating_cluster"  # 评价集中
    SELF_CALLBACK = "self_callback"  # 自办自访
    BLIND_DISAGREES = "blind_disagrees"  # 盲复核不一致


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: `about` names it, so that it is found once; evidence holds no words."""

    rule: Rule
    about: str
    department: str = ""
    ticket_id: int | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registered:
    """A ticket beside what the machine heard in its call."""

    ticket_id: int
    number: str
    heard: str
    registered: str
    confidence: float
    by: str = ""  # who registered it


@dataclass(frozen=True, slots=True)
class Replied:
    """One answer: when its order came and was answered, when it was due, and what was said."""

    ticket_id: int
    order: str
    department: str
    text: str
    solved: bool
    reached: bool  # a contact is on record
    accepted_at: datetime | None
    at: datetime
    due_at: datetime | None
    denied: bool  # the requester says: neither contacted nor solved


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating and where it came from: a person, who entered it, or a department's link."""

    rating_id: int
    source: str
    department: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A finished callback, who made it, and who had handled the matter."""

    callback_id: int
    ticket_id: int
    number: str
    department: str
    by: str
    handled_by: frozenset[str]


# What one type asks of a department beside another: 举报 most, 咨询 least.
_WEIGHT = {"report": 3, "complaint": 2, "assistance": 1, "inquiry": 0, "suggestion": 0}
SURE = 0.8
LEAST_OF_DEPARTMENT = 5
SHARE_BEFORE_DUE = 0.3
_NOISE = re.compile(r"[\W\d_]+")


def downgraded(found: Sequence[Registered]) -> Iterator[Finding]:
    """Yield tickets registered as less than the machine surely heard: 投诉 as 咨询."""
    for each in found:
        heard, now = _WEIGHT.get(each.heard), _WEIGHT.get(each.registered)
        if each.confidence >= SURE and heard is not None and now is not None and heard >= 2 > now:
            evidence = {"heard": each.heard, "registered": each.registered, "ticket": each.number}
            evidence |= {"by": each.by} if each.by else {}
            yield Finding(
                Rule.TYPE_DOWNGRADED, each.number, ticket_id=each.ticket_id, evidence=evidence
            )


def sham(found: Sequence[Replied], *, minutes: float) -> Iterator[Finding]:
    """Yield what was called solved without a contact: within minutes, or denied afterwards."""
    for each in found:
        took = (each.at - each.accepted_at) if each.accepted_at else None
        quick = took is not None and took < timedelta(minutes=minutes)
        if each.solved and not each.reached and (quick or each.denied):
            evidence = {
                "order": each.order,
                "minutes": round(took.total_seconds() / 60) if took is not None else None,
                "contacted": False,
                "denied": each.denied,
            }
            yield Finding(Rule.SHAM_CLOSURE, each.order, each.department, each.ticket_id, evidence)


def copied(found: Sequence[Replied], week: str, *, least: int, alike: float) -> Iterator[Finding]:
    """Yield texts that a department gave to several orders this week, alike or nearly so."""
    by_department: dict[str, dict[str, list[Replied]]] = defaultdict(lambda: defaultdict(list))
    for each in found:
        bare = _NOISE.sub("", each.text)
        if bare:
            by_department[each.department][bare].append(each)
    for department, texts in by_department.items():
        for group in near_texts.groups(texts, alike):
            orders = sorted({each.order for each in group})
            if len(orders) >= least:
                first = min(group, key=lambda each: (each.at, each.order))
                text = fingerprint(_NOISE.sub("", first.text))
                evidence = {"orders": orders, "count": len(orders), "text": text}
                about = f"{department}:{week}:{text}"
                yield Finding(Rule.COPIED_REPLY, about, department, evidence=evidence)


def before_due(found: Sequence[Replied], week: str, *, minutes: float) -> Iterator[Finding]:
    """Yield departments of whose answers in this week too many came just before they were due."""
    by_department: dict[str, list[Replied]] = defaultdict(list)
    for each in found:
        if each.due_at:
            by_department[each.department].append(each)
    for department, all_of_it in by_department.items():
        late = [each for each in all_of_it if _is_just_before(each, minutes)]
        share = len(late) / len(all_of_it)
        if len(late) >= LEAST_OF_DEPARTMENT and share >= SHARE_BEFORE_DUE:
            evidence = {
                "orders": sorted(each.order for each in late),
                "count": len(late),
                "of": len(all_of_it),
                "minutes": minutes,
            }
            about = f"{department}:{week}"
            yield Finding(Rule.JUST_BEFORE_DUE, about, department, evidence=evidence)


def clustered(found: Sequence[Rated], *, least: int, minutes: float) -> Iterator[Finding]:
    """Yield the first burst of ratings from each source: so many within so many minutes."""
    by_source: dict[str, list[Rated]] = defaultdict(list)
    for each in sorted(found, key=lambda rated: (rated.at, rated.rating_id)):
        by_source[each.source].append(each)
    span = timedelta(minutes=minutes)
    for source, ratings in by_source.items():
        kind, _, who = source.partition(":")
        for first, last in zip(ratings, ratings[least - 1 :], strict=False):
            if last.at - first.at <= span:
                burst = [each for each in ratings if first.at <= each.at <= first.at + span]
                evidence = {
                    "ratings": [each.rating_id for each in burst],
                    "count": len(burst),
                    "source": kind,
                    "since": first.at.isoformat(),
                    "minutes": minutes,
                }
                evidence |= {"by": who} if kind == "staff" else {}
                departments = {each.department for each in burst}
                one = next(iter(departments)) if len(departments) == 1 else ""
                about = f"{kind}:{first.rating_id}"
                yield Finding(Rule.RATING_CLUSTER, about, one, evidence=evidence)
                break


def by_themselves(found: Sequence[Asked]) -> Iterator[Finding]:
    """Yield callbacks that somebody made who had handled the matter."""
    for each in found:
        if each.by in each.handled_by:
            evidence = {"by": each.by, "ticket": each.number}
            about = f"callback:{each.callback_id}"
            yield Finding(Rule.SELF_CALLBACK, about, each.department, each.ticket_id, evidence)


def fingerprint(text: str) -> str:
    """Return what stands for a text in evidence: the words themselves never do."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _is_just_before(each: Replied, minutes: float) -> bool:
    if each.due_at is None:
        return False
    left = each.due_at - each.at
    return timedelta() <= left <= timedelta(minutes=minutes)
