"""分发名单: whom a list names, and who is told what about a report.

An entry is `{"kind": "role" | "account" | "department", "code": …}`. Roles become people when the
report goes out: who joins later is not among them.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from dispatch.indicators import seeing
from dispatch.notices import staff_notices
from dispatch.notices.staff_inbox import PERSON
from dispatch.notices.staff_notices import Owed
from dispatch.reports.models_reports import Report, ReportReceipt, ReportRemark, ReportTemplate
from dispatch.reports.terms import ListKind
from hotline.core import accounts
from hotline.core.accounts import Account, Role
from hotline.core.confidentiality import Confidentiality
from hotline.core.errors import Invalid
from hotline.core.security import Permission, may
from knowledge import names

DEPARTMENT = "department:"
TO_SIGN, RECEIVED, FAILED = "report_to_sign", "report_received", "report_failed"  # in a notice
YELLOW = "yellow"
MOST = 200
Listed = list[dict[str, str]]


def checked(session: Session, listed: Sequence[dict[str, str]]) -> Listed:
    """Return the list, each entry once; raise Invalid for an entry that names nobody."""
    if len(listed) > MOST:
        raise Invalid(f"A list has {MOST} entries at most.", remedy="Name roles, not people.")
    told = sorted({(ListKind(each["kind"]), each["code"]) for each in listed})
    codes = {kind: [code for of, code in told if of is kind] for kind in ListKind}
    known = {
        ListKind.ROLE: {role.value for role in Role if _reads(role)},
        ListKind.ACCOUNT: _people(session, codes[ListKind.ACCOUNT]),
        ListKind.DEPARTMENT: set(names.department_names(session, codes[ListKind.DEPARTMENT])),
    }
    for kind, code in told:
        if code not in known[kind]:
            raise Invalid(
                f"Nobody on a list is named so: {kind} {code!r}.",
                remedy="Name a department, or a role or person of the house that may read reports.",
            )
    return [{"kind": kind.value, "code": code} for kind, code in told]


def _reads(role: Role) -> bool:
    """Return whether reports are open to the role: a notice of one leads nobody else anywhere."""
    return may(accounts.Actor("", role), Permission.INDICATOR_READ)


def _people(session: Session, usernames: Sequence[str]) -> set[str]:
    """Return those of them who are of the house and read reports; a department is named as one."""
    found = accounts.among(session, usernames)
    inside = [each for each in found if not each.department and not each.disabled_at]
    return {each.username for each in inside if _reads(Role(each.role))}


def send(session: Session, report: Report, *, now: datetime) -> int:
    """Keep to whom the report went, and tell each; return how many. Cleared people alone get it."""
    to = expanded(session, report)
    session.add_all(
        ReportReceipt(report_id=report.id or 0, recipient=each, sent_at=now) for each in to
    )
    session.flush()
    staff_notices.owe(session, [_owed(report, each, RECEIVED) for each in to], now=now)
    return len(to)


def expanded(session: Session, report: Report) -> list[str]:
    """Return whom the list names today, as receipts name them: who may read the report at all."""
    codes = _by_kind(report.recipients)
    asked = select(Account).where(
        col(Account.role).in_(codes[ListKind.ROLE])
        | col(Account.username).in_(codes[ListKind.ACCOUNT]),
        col(Account.disabled_at).is_(None),
    )
    found = [each for each in session.exec(asked) if _cleared(report, each)]
    people = [each for each in found if not each.department and _reads(Role(each.role))]
    return sorted(
        {f"{PERSON}{each.username}" for each in people}
        | {f"{DEPARTMENT}{code}" for code in codes[ListKind.DEPARTMENT]}
    )


def _by_kind(listed: Listed) -> dict[ListKind, list[str]]:
    return {kind: [each["code"] for each in listed if each["kind"] == kind] for kind in ListKind}


def tell_signers(session: Session, report: Report, *, now: datetime) -> None:
    """Tell everybody who may sign the report that it waits for them."""
    owed = [_owed(report, each, TO_SIGN) for each in _signers(session, report)]
    staff_notices.owe(session, owed, now=now)


def tell_failed(session: Session, report: Report, *, now: datetime) -> None:
    """Tell its author, and everybody who waits to sign it, that it was not made; each time anew."""
    to = {f"{PERSON}{report.author}", *_signers(session, report)}
    about = f"report:{report.id}:{FAILED}:{report.version}"
    owed = [replace(_owed(report, each, FAILED), about=about) for each in sorted(to)]
    staff_notices.owe(session, owed, now=now)


def _signers(session: Session, report: Report) -> list[str]:
    """Return who may sign the report, as notices name them."""
    own = wrote(session, report)
    roles = [role for role in Role if may(accounts.Actor("", role), Permission.REPORT_SIGN)]
    asked = select(Account).where(
        col(Account.role).in_(roles),
        col(Account.disabled_at).is_(None),
        col(Account.username).not_in(own),
    )
    cleared = [
        each for each in session.exec(asked.order_by(col(Account.id))) if _cleared(report, each)
    ]
    return [f"{PERSON}{each.username}" for each in cleared if _reaches(session, report, each)]


def wrote(session: Session, report: Report) -> frozenset[str]:
    """Return by sign-in name who wrote of it: its draft or schedule, its template, a remark."""
    template = session.get_one(ReportTemplate, report.template_id)
    said = session.exec(select(ReportRemark.by).where(ReportRemark.report_id == report.id))
    return frozenset({report.drafted_by, report.author, template.saved_by, *said})


def _cleared(report: Report, account: Account) -> bool:
    return Confidentiality(report.clearance).within(Confidentiality(account.clearance))


def _reaches(session: Session, report: Report, account: Account) -> bool:
    if not account.district:
        return True
    return report.district in session.execute(seeing.area(account.district)).scalars()


def _owed(report: Report, recipient: str, says: str) -> Owed:
    return Owed(f"report:{report.id}:{says}", recipient, YELLOW, says, "", "", "", None)
