"""One department: how it is reached, what it answers for, what it has open, its systems' keys."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import Request, Response
from sqlmodel import Session, col, select

from dispatch.handling import open_orders
from dispatch.terms import ClockKind
from hotline.console.administration import department_systems, duty_rows
from hotline.console.administration.areas import AUDIT, CATALOGUE, DEPARTMENTS
from hotline.console.administration.frame import Refusal, shown
from hotline.console.frame import Viewer
from hotline.console.words import say
from hotline.core.accounts import Account
from hotline.core.clock import beijing_day, now
from hotline.core.errors import NotFound
from knowledge import department_search, names
from knowledge.changing import Particulars
from knowledge.entries import ANY_MATTER
from knowledge.models import Department, District, Matter, Responsibility

MOST_ENTRIES, MOST_PEOPLE = 300, 100


@dataclass(frozen=True)
class Answers:
    """What it answers for, in one pair."""

    matter: str
    district: str
    since: str
    until: str
    state: str
    basis: str
    page: str


def find(session: Session, code: str) -> Department:
    """Return the department with this code; raise NotFound."""
    row = None if "\0" in code else session.get(Department, code)
    if row is None:
        raise NotFound(f"There is no department {code!r}.", remedy="Look in the list.")
    return row


def page(
    request: Request,
    session: Session,
    viewer: Viewer,
    row: Department,
    *,
    refused: Refusal | None = None,
    typed: Particulars | None = None,
    once: tuple[str, str] | None = None,
    phone: tuple[str, str] | None = None,
) -> Response:
    """Return the department's page; `once` is a secret's heading and the secret.

    `phone` is who is on duty, and their telephone.
    """
    told: dict[str, Any] = {
        "row": row,
        "seen": mark_of(row),
        "typed": typed or _as_typed(row),
        "once_shown": once,
        "phone_shown": phone,
        "areas_above": _upwards(session, row),
        "desk": department_search.desk_above(session, row),
        "answers": _answers(session, row),
        "duties": duty_rows.shown(session, row, now=now()),
        "most_entries": MOST_ENTRIES,
        "statuses": open_orders.by_status(session, row.code),
        "running": [
            (ClockKind(each.kind).label, each)
            for each in open_orders.running(session, row.code, now=now())
        ],
        "people": _people(session, row) if "account.manage" in viewer.may else [],
        "audit": f"{AUDIT.page}?subject=department:{row.code}",
        **department_systems.keys_of(session, viewer, row),
        **department_systems.hooks_of(session, viewer, row),
    }
    return shown(request, viewer, "department", DEPARTMENTS, refused=refused, **told)


def mark_of(row: Department) -> str:
    """Return what tells whether the department has changed since."""
    return row.updated_at.isoformat()


def _as_typed(row: Department) -> Particulars:
    return Particulars(
        row.name, row.short_name, row.aliases, row.accepts, row.contact, row.telephone
    )


def _upwards(session: Session, row: Department) -> list[str]:
    """Return the names of its district and those above it."""
    named: list[str] = []
    code, seen = row.district_code, set[str]()
    while code and code not in seen:
        seen.add(code)
        district = session.get(District, code)
        named += [district.name_zh] if district else []
        code = district.parent if district else ""
    return named


def _people(session: Session, row: Department) -> list[Account]:
    mine = select(Account).where(Account.department == row.code)
    return list(session.exec(mine.order_by(col(Account.username)).limit(MOST_PEOPLE)).all())


def _answers(session: Session, row: Department) -> list[Answers]:
    found = department_search.answers_for(session, row.code, limit=MOST_ENTRIES)
    codes = {each.matter_code for each in found}
    tree = session.exec(select(Matter).where(col(Matter.code).in_(codes))).all() if codes else ()
    matters = {each.code: " / ".join(filter(None, (each.l1, each.l2, each.l3))) for each in tree}
    matters[ANY_MATTER] = say("catalogue_page.any_matter")
    areas = names.district_names(session, {each.district_code for each in found})
    today = beijing_day(now())
    return [_answer(each, matters, areas, today) for each in found]


def _answer(
    row: Responsibility, matters: dict[str, str], areas: dict[str, str], today: date
) -> Answers:
    return Answers(
        matter=matters.get(row.matter_code, row.matter_code),
        district=areas.get(row.district_code, row.district_code),
        since=row.valid_from.isoformat(),
        until=row.valid_to.isoformat() if row.valid_to else "",
        state=state_on(row.valid_from, row.valid_to, today),
        basis=row.legal_basis,
        page=f"{CATALOGUE.page}/{row.matter_code}/{row.district_code}",
    )


def state_on(first: date, last: date | None, day: date) -> str:
    """Return whether an entry of these days is in force on a day: future, holds or over."""
    if day < first:
        return "future"
    return "over" if last and last < day else "holds"
