"""What a letter refers to: only what each of its recipients may see, judged as everywhere else."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from sqlmodel import Session, select

from dispatch.beside import supervision
from dispatch.indicators import definitions, freezing
from dispatch.letters import cited, reading
from dispatch.letters.models_letters import Letter
from dispatch.models import WorkOrder
from dispatch.sealing import reach
from hotline.core.accounts import Actor, Role
from hotline.core.errors import Invalid, NotFound

MOST = 20


class Thing(StrEnum):
    TICKET = "ticket"
    ORDER = "order"
    INDICATOR = "indicator"  # a figure of a period
    REPORT = "report"  # a frozen one, by its id
    LETTER = "letter"  # an earlier one (重复)
    SUPERVISION = "supervision"  # 督办, by its id


@dataclass(frozen=True)
class Reference:
    """One thing by its number, code or id; an indicator with its days and its figure."""

    thing: Thing
    code: str
    since: str = ""
    until: str = ""
    figure: str = ""


def checked(
    session: Session, given: Sequence[Reference], departments: Collection[str], *, actor: Actor
) -> list[dict[str, str]]:
    """Return the references as a letter keeps them, each once.

    Raises Invalid for too many, for an indicator without its days and a figure of its kind
    (`cited`), and for what the writer or a recipient may not see: a letter shows nobody what they
    could not find.
    """
    wanted = list(dict.fromkeys(given))
    if len(wanted) > MOST:
        raise Invalid("Too many references.", remedy=f"Name at most {MOST}.")
    readers = [actor, *map(as_department, sorted(departments))]
    for each in wanted:
        for reader in readers:
            if not may_see(session, each, reader):
                raise Invalid(
                    f"{reader} may not be shown the {each.thing} {each.code}, or there is none.",
                    remedy="Leave the reference out, or the recipient.",
                )
        if each.thing is Thing.INDICATOR:
            _require_figure(each)
    return [{name: value for name, value in asdict(each).items() if value} for each in wanted]


def _require_figure(given: Reference) -> None:
    if not (given.since and given.until and given.figure):
        raise Invalid("An indicator needs its days and its figure.", remedy="Give all three.")
    cited.require_fitting(given.code, given.since, given.until, given.figure)


def shown(session: Session, letter: Letter, reader: Actor) -> list[Reference]:
    """Return what the letter refers to and this reader may see now."""
    return [each for each in of(letter) if may_see(session, each, reader)]


def of(letter: Letter) -> Iterable[Reference]:
    """Yield what the letter refers to."""
    for row in letter.named:
        given: dict[str, Any] = {**row, "thing": Thing(row["thing"])}
        yield Reference(**given)


def may_see(session: Session, reference: Reference, reader: Actor) -> bool:
    """Return whether there is such a thing and the reader may see it."""
    code = reference.code
    if reference.thing is Thing.INDICATOR:
        return any(each.code == code for each in definitions.packaged())
    if reference.thing is Thing.TICKET:
        return code in reach.shown(session, reader, [code])
    if reference.thing is Thing.ORDER:
        found = select(WorkOrder.id).where(WorkOrder.number == code, reach.orders(reader))
        return session.exec(found).first() is not None
    return _is_found(session, reference, reader)


def _is_found(session: Session, reference: Reference, reader: Actor) -> bool:
    code = reference.code
    if reference.thing is not Thing.LETTER and not (code.isascii() and code.isdecimal()):
        return False
    try:
        if reference.thing is Thing.LETTER:
            reading.by_number(session, code, reader=reader)
        elif reference.thing is Thing.SUPERVISION:
            supervision.find(session, _id(code), reader=reader)
        else:  # a department reads a report's number, and the report where it is published
            inside = None if reach.department_of(reader) else reader
            freezing.find(session, _id(code), reader=inside)
    except NotFound:
        return False
    return True


def _id(code: str) -> int:
    return min(int(code), 2**31 - 1)


def as_department(code: str) -> Actor:
    """Return a reader who sees what the department sees."""
    return Actor(code, Role.SYSTEM, code)
