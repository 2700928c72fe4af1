"""谁来负责: who answers for what a clock runs on, for many clocks at a time."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from sqlalchemy import String, bindparam, cast, literal, text
from sqlmodel import Session, col, select

from dispatch.beside import asked
from dispatch.beside.models_beside import Supervision
from dispatch.letters import subjects
from dispatch.letters.models_letters import LetterRecipient
from dispatch.models import WorkOrder
from dispatch.timing.escalation import Owner
from hotline.core import arrays

_ORDER, _SUPERVISION = "order:", "supervision:"
_OF_ORDERS = text(
    "SELECT 'order:' || number, department, number, id FROM work_order "
    "WHERE number = ANY(CAST(:keys AS text[]))"
)
_OF_SUPERVISIONS = (
    select(
        literal(_SUPERVISION).concat(cast(Supervision.id, String)),
        WorkOrder.department,
        WorkOrder.number,
        WorkOrder.id,
    )
    .join(Supervision, asked.asks())
    .where(col(Supervision.id).in_(bindparam("keys", expanding=True)))
    .order_by(col(WorkOrder.id))
)


class _Clock(Protocol):
    @property
    def subject(self) -> str: ...


class _Thing(Protocol):
    @property
    def district(self) -> str: ...


class Running(Protocol):
    """A clock beside what it runs on."""

    @property
    def clock(self) -> _Clock: ...
    @property
    def thing(self) -> _Thing: ...


def find(session: Session, running: Iterable[Running]) -> dict[str, Owner]:
    """Return who answers for each subject: an order's or a letter's department, else the desk."""
    districts = {each.clock.subject: each.thing.district for each in running}
    found = {subject: Owner(district) for subject, district in districts.items()}
    numbers = _after(_ORDER, districts)
    supervisions = [int(key) for key in _after(_SUPERVISION, districts)]
    asked_for = (
        (_OF_ORDERS, numbers and arrays.of_texts(numbers)),
        (_OF_SUPERVISIONS, supervisions),
    )
    for query, keys in asked_for:
        if keys:
            for subject, *order in session.execute(query, {"keys": keys}).all():
                found[subject] = Owner(districts[subject], *order)
    return found | _of_letters(session, districts)


def _of_letters(session: Session, districts: Mapping[str, str]) -> dict[str, Owner]:
    written = {each: subjects.recipient_id(each) for each in districts if subjects.is_letters(each)}
    if not written:
        return {}
    wanted = col(LetterRecipient.id).in_(set(written.values()))
    found = select(LetterRecipient.id, LetterRecipient.department).where(wanted)
    departments = dict(session.exec(found).all())
    return {each: Owner(districts[each], departments[key]) for each, key in written.items()}


def _after(prefix: str, named: Iterable[str]) -> list[str]:
    return sorted(each.removeprefix(prefix) for each in named if each.startswith(prefix))
