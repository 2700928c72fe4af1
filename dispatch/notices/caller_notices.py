"""短信告知: what a requester is owed in writing, kept until a gateway has taken it."""

from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col, func, select

from dispatch import history
from dispatch.models import Notice, Ticket
from dispatch.notices.notice_gateway import GatewayAway, Message, send
from dispatch.requesters import links
from dispatch.requesters.requester import VIA
from hotline.core import events
from hotline.core.accounts import MACHINE
from hotline.core.events import EventType
from hotline.core.phone import PhoneNumber
from hotline.core.privacy import Person, phone_of
from hotline.core.queue import enqueue_soon
from hotline.core.settings import settings

REGISTERED, REOPENED, CLOSED = "registered", "reopened", "closed"
REDONE, WITHDRAWN, DECLINED = "redone", "withdrawn", "declined"
HANDED_OVER, ACKNOWLEDGED = "handed_over", "acknowledged"
EXTENDED, SUSPENDED = "extended", "suspended"
ANSWERED, LINK = "answered", "link"
ARTICLE, CHECKLIST = "article", "checklist"
TEXTS = {
    REGISTERED: "您的诉求已登记，工单编号{number}。办理进展会告知您。如需补充，请拨打12345。",
    REOPENED: "您对工单{number}的办理不满意，我们已要求承办单位重新办理。",
    CLOSED: "您的工单{number}已办结。感谢您拨打12345。",
    REDONE: "您的工单{number}已重新受理，将重新派给承办单位。",
    WITHDRAWN: "按您的意愿，工单{number}已撤回。如需再次反映，请拨打12345。",
    DECLINED: "您的诉求（工单{number}）未能受理：{title}。{route}如有异议，请拨打12345。",
    HANDED_OVER: "您的诉求（工单{number}）已移交{receiver}，对方确认后我们会再告知您。",
    ACKNOWLEDGED: "{receiver}已接收您的诉求，对方编号{their_number}，我方工单{number}。",
    EXTENDED: "您的工单{number}需要更长时间办理，承办单位将不晚于{day}答复您。",
    SUSPENDED: "您的工单{number}暂时无法办结：{reason}。我们将不晚于{day}复核。",
    ANSWERED: "您的工单{number}已有答复。我们会回访您，您也可以自己评价。",
    LINK: "您要的链接，工单编号{number}。请不要转发给别人。",
    ARTICLE: "您咨询的“{question}”（工单{number}）：{text}",
    CHECKLIST: "{text}（工单{number}）",
}
# What a message ends with where requesters have pages: phones make a link only of an address that
# nothing follows.
LINKED = {
    REGISTERED: "看进展、补充情况：{link}",
    ANSWERED: "看答复、作评价：{link}",
    CLOSED: "看结果：{link}",
}
_LINKED_ELSE = "看进展：{link}"
_REPEATED = frozenset({EXTENDED, SUSPENDED, LINK, ARTICLE, CHECKLIST})
DELIVERY_JOB = "dispatch.jobs.deliver_notices"
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)

log = structlog.get_logger()


def owe(session: Session, ticket: Ticket, template: str, *, now: datetime, **words: str) -> None:
    """Keep that the requester is owed this message; it goes out once the transaction stands.

    `words` fill the gaps of its text beside the ticket's number.
    """
    notice = Notice(
        ticket_id=ticket.id or 0,
        template=template,
        round=_round(session, ticket, template),
        words=words,
        made_at=now,
        retry_at=now,
    )
    session.add(notice)
    enqueue_soon(session, DELIVERY_JOB)


def _round(session: Session, ticket: Ticket, template: str) -> int:
    """Return the ticket's round; of what a round can hold several times, how often it was told."""
    if template not in _REPEATED:
        return ticket.redone + 1
    told = select(func.count()).where(Notice.ticket_id == ticket.id, Notice.template == template)
    return session.exec(told).one() + 1


def claim_unsent(session: Session, *, now: datetime) -> Notice | None:
    """Return the next message to offer, locked; another deliverer skips it."""
    return session.exec(
        select(Notice)
        .where(col(Notice.sent_at).is_(None), col(Notice.retry_at) <= now)
        .order_by(col(Notice.retry_at), col(Notice.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()


def deliver(session: Session, notice: Notice, *, now: datetime) -> bool:
    """Hand the message to the gateway; return whether it took it. Without a number it is done.

    One that was not taken waits twice as long each time, an hour at most.
    """
    ticket = session.get_one(Ticket, notice.ticket_id)
    person = session.get_one(Person, ticket.person_id)
    notice.tries += 1
    notice.retry_at = now + min(FIRST_WAIT * 2 ** (notice.tries - 1), LONGEST_WAIT)
    session.add(notice)
    phone = phone_of(person)
    if phone is None:
        notice.sent_at = now  # nobody to send it to; the history has the number for who asks
        return True
    link = _link(session, ticket, person, notice, now=now)
    if not _is_taken(notice, ticket, phone, link):
        return False
    notice.sent_at = now
    if link:
        _note_link(session, ticket, notice, now=now)
    return True


def _is_taken(notice: Notice, ticket: Ticket, phone: PhoneNumber, link: str) -> bool:
    """Offer the message to the gateway; return whether it took it."""
    message = Message(
        id=f"notice-{notice.id}",
        to=phone.e164,
        text=text_of(notice, ticket, link=link),
        ticket=ticket.number,
        template=notice.template,
    )
    try:
        send(message, url=settings().notice_url, folder=settings().data_dir / "outbox")
    except GatewayAway as error:
        log.warning("notice.not_taken", notice=notice.id, tries=notice.tries, why=error.detail)
        return False
    return True


def text_of(notice: Notice, ticket: Ticket, *, link: str = "") -> str:
    """Return what the requester reads, with the link to their page when there is one."""
    text = TEXTS[notice.template].format(number=ticket.number, **notice.words)
    return text + (LINKED.get(notice.template, _LINKED_ELSE).format(link=link) if link else "")


def _link(
    session: Session, ticket: Ticket, person: Person, notice: Notice, *, now: datetime
) -> str:
    """Return the address that this message carries, however often it is offered; or nothing."""
    if not settings().public_url:
        return ""
    about, via = f"notice:{notice.id}", notice.words.get("via", VIA)
    return links.url(ticket, links.issue(session, ticket, person, about, via=via, now=now))


def _note_link(session: Session, ticket: Ticket, notice: Notice, *, now: datetime) -> None:
    """Keep in the ticket's history that a link was sent; whoever edits the ticket need not wait."""
    events.append(
        session,
        EventType.LINK_SENT,
        chain=history.chain(ticket),
        actor=str(MACHINE),
        now=now,
        ticket=ticket.number,
        template=notice.template,
    )
