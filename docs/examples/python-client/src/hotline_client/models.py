"""What the hotline says. Fields that are not read here are kept out; new ones break nothing."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A part of an answer, as it was when it was read."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Department(Model):
    code: str
    name: str


class OrderSummary(Model):
    """One line of the inbox."""

    number: str
    status: str
    role: str
    version: int
    department: Department
    ticket: str
    title: str
    request_type: str
    urgency: str
    district: str
    reminders: int
    dispatched_at: datetime
    reply_by: datetime | None = None


class Clock(Model):
    kind: str
    due_at: datetime
    provisional: bool
    stopped_at: datetime | None = None
    waits_for: str = ""
    why: tuple[str, ...] = ()


class Reply(Model):
    at: datetime
    result: str
    is_true: bool
    is_solved: bool
    public_reply: str
    unsolved_reason: str = ""
    verdict: str = ""
    review_note: str = ""
    awaits_signature: bool = False


class Question(Model):
    id: int
    question: str
    answer: str = ""
    answered_at: datetime | None = None


class Extension(Model):
    count: int
    working_days: int
    status: str
    reason: str
    note: str = ""
    due_before: datetime
    due_after: datetime | None = None


class Contact(Model):
    at: datetime
    by: str
    reached: bool
    note: str = ""


class Order(OrderSummary):
    """An order with all that its department needs."""

    text: str
    requester: str = ""
    confidentiality: str
    category: tuple[str, ...] = ()
    note: str = ""
    legal_basis: str = ""
    parent: str | None = None
    binding: bool = False
    clocks: tuple[Clock, ...] = ()
    contacts: tuple[Contact, ...] = ()
    replies: tuple[Reply, ...] = ()
    questions: tuple[Question, ...] = ()
    extensions: tuple[Extension, ...] = ()


class Problem(Model):
    title: str
    status: int
    detail: str
    remedy: str = ""


class Accepted(Model):
    """What came of one order of a bulk accept."""

    number: str
    order: OrderSummary | None = None
    problem: Problem | None = None


class Help(Model):
    count: int
    department: str
    reason: str
    status: str
    note: str = ""
    assisting: str | None = None


class Share(OrderSummary):
    replies: tuple[Reply, ...] = ()


class CoHandling(Model):
    asked: tuple[Help, ...] = ()
    shares: tuple[Share, ...] = ()


class Change(Model):
    """One event of the feed; `id` is its place in the log, the same however often it is read."""

    id: str
    at: datetime
    type: str
    actor: str
    refs: dict[str, Any] = {}


class ChangePage(Model):
    items: tuple[Change, ...]
    next: str
    more: bool


class Digest(Model):
    day: date
    count: int
    hash: str
    status_hash: str
    cursor: str


class Line(Model):
    number: str
    status: str
    version: int | None = None


class OtherDay(Model):
    number: str
    day: date


class Difference(Model):
    number: str
    status_here: str
    status_there: str
    version_here: int | None = None
    version_there: int | None = None


class Mismatch(Model):
    """What differs: `here` is the hotline, `there` whoever sent the list."""

    day: date
    same: bool
    hash: str
    given_hash: str
    cursor: str
    missing_there: tuple[Line, ...] = ()
    missing_here: tuple[Line, ...] = ()
    of_another_day: tuple[OtherDay, ...] = ()
    other_status: tuple[Difference, ...] = ()
    other_version: tuple[Difference, ...] = ()
