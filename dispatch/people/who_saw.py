"""谁看过: who looked at a requester's data; for the auditor by name, for the requester by role."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import tuple_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from dispatch.models import Ticket
from dispatch.people import whose
from hotline.core import privacy
from hotline.core.accounts import Account, Role
from hotline.core.clock import beijing
from hotline.core.privacy import AccessLog, Person


@dataclass(frozen=True)
class Look:
    """One look at what is kept of a ticket's requester; `role` is what the looker is now."""

    at: datetime
    actor: str
    role: str
    what: str
    reason: str
    id: int


def saw(
    session: Session,
    ticket: Ticket,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int | None = None,
) -> list[Look]:
    """Return who saw the ticket's requester or recording in [since, until), the newest first.

    `before` is the moment and the id of the last look of the page before; no limit: all of them.
    """
    newest = (col(AccessLog.at).desc(), col(AccessLog.id).desc())
    looks = _looks([ticket]).order_by(*newest).limit(limit)
    if before:
        looks = looks.where(tuple_(col(AccessLog.at), col(AccessLog.id)) < tuple_(*before))
    if since:
        looks = looks.where(AccessLog.at >= since)
    if until:
        looks = looks.where(AccessLog.at < until)
    return [_look(session, row, role) for row, role in session.exec(looks).all()]


@dataclass(frozen=True)
class Read:
    """One look in the requester's words: when, what kind of person, and what they looked at."""

    at: datetime
    text: str


def reads(session: Session, ticket: Ticket, *, without: Collection[int] = ()) -> list[Read]:
    """Return who looked at the requester's data, over all their tickets, by role, never by name.

    All of it, the earliest first: whoever asks for it is owed the whole (个人信息保护法 art. 45).
    """
    theirs = whose.tickets_of(session, ticket.person_id)
    shown = [each for each in theirs if each.id not in without]
    looks = _looks(shown).order_by(col(AccessLog.at), col(AccessLog.id))
    return [Read(row.at, _sentence(row, role)) for row, role in session.exec(looks)]


def _looks(tickets: Sequence[Ticket]) -> Select[AccessLog, str]:
    """One query: an account is joined by its name, a department's system is known by its key's."""
    return (
        select(AccessLog, Account.role)
        .join(Account, col(Account.username) == AccessLog.actor, isouter=True)
        .where(col(AccessLog.subject).in_([each.number for each in tickets]))
    )


def _look(session: Session, row: AccessLog, role: str | None) -> Look:
    why = privacy.why(session.get_one(Person, row.person_id), row)
    return Look(row.at, row.actor, role or _other(row.actor), row.what, why, row.id or 0)


def _sentence(row: AccessLog, role: str | None) -> str:
    at, who = f"{beijing(row.at):%Y年%-m月%-d日 %H:%M}", role or _other(row.actor)
    return f"{at}，{_ROLES.get(who, '工作人员')}{_WHATS.get(row.what, '查看了您的信息')}。"


def _other(actor: str) -> str:
    """Return the role of who has no account: a department's system, or the hotline itself."""
    return Role.SYSTEM if "#" in actor else ""


_ROLES: dict[str, str] = {
    Role.AGENT: "12345热线话务员",
    Role.TEAM_LEAD: "12345热线班长",
    Role.INSPECTOR: "12345热线质检员",
    Role.SUPERVISOR: "12345热线督办人员",
    Role.EDITOR: "12345热线知识管理员",
    Role.AUDITOR: "12345热线审计人员",
    Role.ADMINISTRATOR: "12345热线管理员",
    Role.HANDLER: "承办单位经办人",
    Role.LEADER: "承办单位负责人",
    Role.SYSTEM: "承办单位的业务系统",
}
_WHATS = {
    "identity": "查看了您的联系电话",
    "recording": "收听了您的通话录音",
    "file": "导出了您的个人信息",
    "sealed ticket": "查看了您的保密诉求",
    "relay": "通过热线转接与您通话",
    "attachment": "查看了您提交的附件",
    "list": "导出了含有您诉求摘要的工单列表，其中没有您的联系方式",
}
