"""他系统的工单: one line of its sheet as a ticket that can stand here, or the first thing wrong."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.ending.endings import Closing
from dispatch.handling.replies import SHORTEST_REPLY
from dispatch.models import Source
from dispatch.numbers import is_valid
from dispatch.taking_over.import_cells import Cells, Reading, unique
from dispatch.taking_over.import_mapping import ColumnMapping, Field
from dispatch.terms import RequestType, TimeClass, Urgency
from hotline.core import vault
from hotline.core.clock import beijing_day
from hotline.core.phone import PhoneNumber, parse_phone
from knowledge.directory import Directory

_NUMBER = re.compile(r"\w[\w.-]{0,39}")
_RATINGS = ("1", "2", "3", "4", "5")


class ImportedStatus(StrEnum):
    """How far a ticket had come in the other system."""

    REGISTERED = "registered"  # 已受理，未派单
    DISPATCHED = "dispatched"  # 已派单，未签收
    ACCEPTED = "accepted"  # 办理中
    REPLIED = "replied"  # 已答复，待审核
    AWAITING_CALLBACK = "awaiting_callback"  # 待回访
    CLOSED = "closed"  # 办结


@dataclass(frozen=True, slots=True)
class Share:
    """The department's part: when it got the ticket, and what it answered."""

    department: str
    dispatched_at: datetime
    replied_at: datetime | None
    result: str
    public_reply: str
    is_true: bool
    is_solved: bool


@dataclass(frozen=True, slots=True)
class OldTicket:
    """One line, read and checked; `text` and `caller` are in the clear, moments in UTC."""

    number: str
    registered_at: datetime
    text: str
    caller: PhoneNumber | None
    source: Source
    request_type: RequestType
    category: tuple[str, str, str]
    district: str
    urgency: Urgency
    time_class: TimeClass
    status: ImportedStatus
    share: Share | None
    due_at: datetime | None
    closed_at: datetime | None
    closing: str
    satisfaction: int | None
    answer: str  # what a ticket without a department was told


def reading_of(mapping: ColumnMapping, directory: Directory, *, now: datetime) -> Reading:
    """Return what lines are read with; departments and districts go by code or a name of one."""
    departments = {one.code: (one.name, one.short_name) for one in directory.departments.values()}
    districts = {one.code: (one.name_zh,) for one in directory.districts.values()}
    return Reading(mapping, directory, unique(departments), unique(districts), now)


def read_line(cells: Cells) -> OldTicket:
    """Return the line's ticket; raise BadCell for the first thing that is wrong with it."""
    status = cells.member(Field.STATUS, ImportedStatus)
    if status is None:
        raise cells.bad(Field.STATUS, "Every ticket has a status", "Fill it in.")
    registered_at = _when(cells, Field.REGISTERED_AT, "Every ticket")
    share = _share(cells, status, registered_at)
    closed_at, closing = _end(cells, status, share, registered_at)
    return OldTicket(
        _number(cells),
        registered_at,
        cells.needed(Field.TEXT, "Every ticket"),
        _caller(cells),
        cells.member(Field.SOURCE, Source) or Source.PHONE_AGENT,
        cells.member(Field.REQUEST_TYPE, RequestType) or RequestType.OTHER,
        _category(cells),
        _district(cells),
        cells.member(Field.URGENCY, Urgency) or Urgency.NORMAL,
        cells.member(Field.TIME_CLASS, TimeClass) or TimeClass.NORMAL,
        status,
        share,
        cells.moment(Field.DUE_AT),
        closed_at,
        closing,
        _satisfaction(cells, status),
        cells.text(Field.PUBLIC_REPLY) if closed_at and share is None else "",
    )


def content_of(raw: Mapping[Field, str]) -> str:
    """Return a keyed digest of all that the line says: the same line is known again by it."""
    return vault.blind_index(_told(raw)).hex()


def earlier_contents_of(raw: Mapping[Field, str]) -> tuple[str, ...]:
    """Return the digests that the same line had by the master keys before the present one."""
    return tuple(each.hex() for each in vault.earlier_indexes(_told(raw), retired=True))


def _told(raw: Mapping[Field, str]) -> str:
    return json.dumps({field.value: cell.strip() for field, cell in raw.items()}, sort_keys=True)


def _number(cells: Cells) -> str:
    number = cells.needed(Field.NUMBER, "Every ticket")
    if not _NUMBER.fullmatch(number):
        raise cells.bad(
            Field.NUMBER,
            "A number has 40 letters, digits, full stops or hyphens at most",
            "Translate the numbers before the import.",
        )
    # The machine could give the same number to the next caller.
    if is_valid(number) and number[:6] >= f"{beijing_day(cells.reading.now):%y%m%d}":
        raise cells.bad(
            Field.NUMBER,
            "A number may not be one that this hotline has still to give",
            "Put letters before their numbers.",
        )
    return number


def _when(cells: Cells, field: Field, who: str, *, after: datetime | None = None) -> datetime:
    """Return a moment that must be there, has passed, and does not lie before `after`."""
    at = cells.moment(field)
    if at is None:
        raise cells.bad(field, f"{who} has a {field.value}", "Fill it in.")
    if at > cells.reading.now + timedelta(minutes=1):
        raise cells.bad(field, "It must have passed", "Mend it.")
    if after and at < after:
        raise cells.bad(field, "It must not lie before the step before it", "Mend one of both.")
    return at


def _share(cells: Cells, status: ImportedStatus, registered_at: datetime) -> Share | None:
    """Return the department's part; a closed ticket may have been answered without one."""
    if status is ImportedStatus.REGISTERED:
        return None
    closed = status is ImportedStatus.CLOSED
    department = cells.code(Field.DEPARTMENT, cells.reading.departments)
    if closed and not department:
        return None
    who = f"A ticket that is {status}"
    cells.needed(Field.DEPARTMENT, who)
    if not closed and not cells.reading.directory.departments[department].accepts:
        raise cells.bad(Field.DEPARTMENT, "It must take orders", "Name the one that does.")
    dispatched_at = _when(cells, Field.DISPATCHED_AT, who, after=registered_at)
    answered = status in (ImportedStatus.REPLIED, ImportedStatus.AWAITING_CALLBACK)
    if answered or (closed and cells.text(Field.PUBLIC_REPLY)):
        return _answered(cells, department, dispatched_at)
    return Share(department, dispatched_at, None, "", "", is_true=True, is_solved=True)


def _answered(cells: Cells, department: str, dispatched_at: datetime) -> Share:
    replied_at = _when(cells, Field.REPLIED_AT, "A reply", after=dispatched_at)
    public_reply = cells.needed(Field.PUBLIC_REPLY, "A reply")
    if len(public_reply) < SHORTEST_REPLY and cells.text(Field.STATUS) != ImportedStatus.CLOSED:
        raise cells.bad(Field.PUBLIC_REPLY, "It must tell the caller something", "Say what.")
    is_true, is_solved = cells.truth(Field.IS_TRUE), cells.truth(Field.IS_SOLVED)
    for field, value in ((Field.IS_TRUE, is_true), (Field.IS_SOLVED, is_solved)):
        if value is None:
            raise cells.bad(
                field,
                f"A reply says whether the matter {field.value.replace('_', ' ')}",
                "Name its column, or say yes or no for all under [defaults].",
            )
    result = cells.text(Field.RESULT) or public_reply
    return Share(
        department,
        dispatched_at,
        replied_at,
        result,
        public_reply,
        is_true=bool(is_true),
        is_solved=bool(is_solved),
    )


def _end(
    cells: Cells, status: ImportedStatus, share: Share | None, registered_at: datetime
) -> tuple[datetime | None, str]:
    """Return when and in which way a closed ticket ended."""
    if status is not ImportedStatus.CLOSED:
        return None, ""
    before = registered_at
    if share:
        before = share.replied_at or share.dispatched_at
    closed_at = _when(cells, Field.CLOSED_AT, "A closed ticket", after=before)
    closing = cells.member(Field.CLOSING, Closing)
    if closing is None:
        raise cells.bad(
            Field.CLOSING,
            "A closed ticket says how it ended",
            "Name its column, or give one for all under [defaults].",
        )
    return closed_at, closing


def _caller(cells: Cells) -> PhoneNumber | None:
    told = cells.text(Field.CALLER)
    phone = parse_phone(told) if told else None
    if told and phone is None:
        raise cells.bad(
            Field.CALLER,
            "It must be a telephone number, or empty when nobody knows it",
            'Mend it, or translate it into "" under [values.caller].',
        )
    return phone


def _category(cells: Cells) -> tuple[str, str, str]:
    told = cells.text(Field.MATTER)
    if not told:
        return "", "", ""
    directory = cells.reading.directory
    matter = directory.matters.get(told) or directory.matter(*told.split("/")[:3])
    if matter is None:
        raise cells.bad(
            Field.MATTER,
            "It must be a matter's code or its path like 城乡建设/市政设施/路灯",
            'Translate it under [values.matter]; "*" = "" leaves the unknown ones open.',
        )
    return matter.category


def _district(cells: Cells) -> str:
    cells.needed(Field.DISTRICT, "Every ticket")
    return cells.code(Field.DISTRICT, cells.reading.districts)


def _satisfaction(cells: Cells, status: ImportedStatus) -> int | None:
    told = cells.text(Field.SATISFACTION)
    if not told:
        return None
    if status is not ImportedStatus.CLOSED:
        raise cells.bad(Field.SATISFACTION, "Only a closed ticket has been rated", "Empty it.")
    if told not in _RATINGS:
        raise cells.bad(
            Field.SATISFACTION, "It must be 1 to 5", "Translate it under [values.satisfaction]."
        )
    return int(told)
