"""并单: many requesters, one matter. One ticket is the main one, and its orders stand for all.

Every member keeps its own number, words, notices, callback and rating (domain.md 2.14).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from dispatch import history
from dispatch.beside import suspensions
from dispatch.beside.models_beside import Cluster, ClusterMember
from dispatch.clustering import following, joining, promises
from dispatch.clustering.cluster_record import main_of, membership, of_ticket
from dispatch.clustering.following import FOLLOWING
from dispatch.handling import leads
from dispatch.models import Ticket, WorkOrder
from dispatch.states import TicketAction, TicketStatus, advance_ticket
from hotline.core import events, privacy
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import Audience, EventType

ALONE, REOPENED = "alone", "reopened"
"""Why a membership ended when no person wrote a reason: nobody else was left; done again alone."""


def merge(
    session: Session,
    main: Ticket,
    members: Sequence[Ticket],
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> Cluster:
    """并单: let the members follow the main ticket; its cluster is made when it has none yet.

    The main ticket is locked, then the members. Orders that a member had are recalled, but the
    reply that its requester was promised stays due when it was.
    """
    said = _said(reason)
    joining.check(session, main, members)
    cluster = of_ticket(session, main, lock=True)
    if cluster is None:
        cluster = _begin(session, main, said, actor=actor, now=now)
    _join(session, cluster, main, members, actor=actor, now=now)
    return cluster


def add(
    session: Session,
    cluster: Cluster,
    members: Sequence[Ticket],
    *,
    actor: Actor,
    now: datetime,
) -> Cluster:
    """并入: let more tickets follow the main one; all are locked, the main one first.

    Departments that have the main ticket already find them beside its words, and are told.
    """
    main = main_of(session, cluster)
    present = of_ticket(session, main, lock=True)
    if present is None or present.id != cluster.id:
        raise Conflict(
            f"Cluster {cluster.id} has ended.", remedy="Merge the tickets into a new one."
        )
    joining.check(session, main, members)
    _join(session, cluster, main, members, actor=actor, now=now)
    return cluster


def make_main(session: Session, ticket: Ticket, *, actor: Actor, now: datetime) -> Cluster:
    """Let a follower be the main ticket from now on, before the present one was ever dispatched.

    Orders, what they answered, and a quarrel about them stay with the ticket that owns them: once
    there are any, the main ticket is what it is, and who must leave it is unmerged. All its
    followers are locked.
    """
    cluster = of_ticket(session, ticket, lock=True)
    before = main_of(session, cluster) if cluster else ticket
    if cluster is None or before.id == ticket.id or ticket.status not in FOLLOWING:
        raise Conflict(
            f"Ticket {ticket.number} follows no main ticket.", remedy="Choose a member that does."
        )
    if _was_dispatched(session, before):
        raise Conflict(
            f"Main {before.number} was dispatched: its orders can't move to another ticket.",
            remedy="Unmerge the members that shall go another way.",
        )
    if joining.waits(session, before):
        raise Conflict(
            f"Main {before.number} is suspended or contested.",
            remedy="Decide first who answers for it.",
        )
    rest = [each for each in following.followers(session, before) if each.id != ticket.id]
    joining.require_one_district(session, ticket, [before, *rest])
    cluster.main_id = ticket.id or 0
    cluster.version += 1
    session.add(cluster)
    for each in (before, *rest):
        _tell(session, EventType.TICKET_MERGED, each, ticket, actor=actor, now=now)
    return cluster


def unmerge(session: Session, member: Ticket, why: str, *, actor: Actor, now: datetime) -> Ticket:
    """拆出: the ticket goes its own way again; its main ticket is locked, and it after that.

    A merge that was a mistake must not cost its requester a day. The ticket is registered, with a
    fresh clock for its dispatch as after a return, for an agent must decide anew; but its reply
    counts from when it first went out in this round, alone or with the main ticket, and is due
    when it would have been due without the merge.
    """
    said, cluster = _said(why), of_ticket(session, member, lock=True)
    if cluster is None or cluster.main_id == member.id:
        raise Conflict(
            f"Ticket {member.number} follows no main ticket.",
            remedy="Unmerge its members instead." if cluster else "It stands alone already.",
        )
    if member.status not in FOLLOWING:
        raise Conflict(
            f"Ticket {member.number} was answered with its main ticket and is {member.status}.",
            remedy="Reopen it if that answer is not its own: it leaves the cluster then.",
        )
    main = main_of(session, cluster)
    _end(session, cluster, member, said, actor=actor, now=now)
    _tell(session, EventType.TICKET_UNMERGED, member, main, actor=actor, now=now)
    if member.status == TicketStatus.DISPATCHED:
        member.status = advance_ticket(TicketStatus(member.status), TicketAction.RETURN)
    leads.seek(session, member, now=now)
    promises.keep(session, member, main, actor=actor, now=now)
    return member


def leave(session: Session, ticket: Ticket, *, actor: Actor, now: datetime) -> None:
    """Let a ticket that is done again leave its cluster; a main ticket, or one alone, stays.

    Only this ticket is locked, not its main one: that one's history tells of it all the same.
    """
    known = of_ticket(session, ticket)
    if known is None or known.main_id == ticket.id:
        return
    cluster = of_ticket(session, ticket, lock=True) or known
    main = main_of(session, cluster)
    _end(session, cluster, ticket, REOPENED, actor=actor, now=now)
    refs: dict[str, Any] = {"member": ticket.number, "main": main.number}
    history.record(session, ticket, EventType.TICKET_UNMERGED, actor=actor, now=now, **refs)
    events.append(
        session,
        EventType.TICKET_UNMERGED,
        chain=history.chain(main),
        actor=str(actor),
        now=now,
        audience=Audience.DEPARTMENT,
        ticket=main.number,
        **refs,
    )


def _begin(session: Session, main: Ticket, reason: str, *, actor: Actor, now: datetime) -> Cluster:
    cluster = Cluster(main_id=main.id or 0, version=0, reason=reason, at=now, by=str(actor))
    session.add(cluster)
    session.flush()
    _add(session, cluster, main, actor=actor, now=now)
    return cluster


def _join(
    session: Session,
    cluster: Cluster,
    main: Ticket,
    members: Sequence[Ticket],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    cluster.version += 1
    session.add(cluster)
    for each in members:
        _add(session, cluster, each, actor=actor, now=now)
        promises.give_up_orders(session, each, actor=actor, now=now)
        _tell(session, EventType.TICKET_MERGED, each, main, actor=actor, now=now)
    promises.fall_in(session, main, members, now=now)
    following.keep_pace(session, main, actor=actor, now=now)
    suspensions.take_in(session, main, members, actor=actor, now=now)


def _add(
    session: Session, cluster: Cluster, ticket: Ticket, *, actor: Actor, now: datetime
) -> None:
    session.add(
        ClusterMember(
            cluster_id=cluster.id or 0,
            ticket_id=ticket.id or 0,
            joined_at=now,
            joined_by=str(actor),
        )
    )


def _end(
    session: Session, cluster: Cluster, ticket: Ticket, why: str, *, actor: Actor, now: datetime
) -> None:
    """End the ticket's membership; a main ticket that is left alone is in no cluster any more."""
    mine = membership(session, ticket)
    if mine:
        mine.left_at, mine.left_by, mine.why = now, str(actor), why
    cluster.version += 1
    session.flush()
    staying = session.exec(
        select(ClusterMember).where(
            ClusterMember.cluster_id == cluster.id, col(ClusterMember.left_at).is_(None)
        )
    ).all()
    if len(staying) == 1:
        (last,) = staying
        last.left_at, last.left_by, last.why = now, str(actor), ALONE


def _tell(
    session: Session, type: EventType, member: Ticket, main: Ticket, *, actor: Actor, now: datetime
) -> None:
    """Write into both tickets' histories; the main ticket's departments learn of it."""
    refs: dict[str, Any] = {"member": member.number, "main": main.number}
    for each in (member, main):
        history.record(session, each, type, actor=actor, now=now, **refs)


def _was_dispatched(session: Session, main: Ticket) -> bool:
    issued = select(WorkOrder.id).where(WorkOrder.ticket_id == main.id)
    return session.exec(issued.limit(1)).first() is not None


def _said(text: str) -> str:
    """Return the reason without numbers that name a person; raise Invalid for an empty one."""
    if not text.strip():
        raise Invalid("No reason was given.", remedy="Say why, in a few words.")
    return privacy.mask_text(text.strip())
