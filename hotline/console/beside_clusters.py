"""并单、拆单 beside a ticket: which other tickets belong to it."""

from sqlmodel import Session

from dispatch.clustering import cluster_record, splitting
from dispatch.clustering.cluster_record import Membership
from dispatch.clustering.following import FOLLOWING
from dispatch.models import Ticket
from dispatch.sealing import reach
from hotline.console import moments
from hotline.console.callings import called
from hotline.console.things import Fact, Member, Thing, facts
from hotline.console.words import name_of, say
from hotline.core.accounts import Actor

SHOWN = 50  # members; an outage brings hundreds


def merged(session: Session, ticket: Ticket, reader: Actor) -> list[Thing]:
    """Return the cluster that the ticket is in now, with those who joined it first."""
    cluster = cluster_record.of_ticket(session, ticket)
    if cluster is None:
        return []
    main = cluster_record.main_of(session, cluster)
    if not reach.sees(session, reader, main):
        return []
    told = cluster_record.members(session, cluster, limit=SHOWN, reader=reader)
    inside = [each for each in told if not each.row.left_at and each.ticket.id != main.id]
    own = cluster_record.membership(session, ticket)
    if own and ticket.id not in {main.id, *(each.ticket.id for each in inside)}:
        inside.append(Membership(ticket, own))  # whoever stands further back can leave too
    thing = Thing(
        "merged",
        facts(
            Fact("main", "" if main.id != ticket.id else say("beside.this"), _link(main, ticket)),
            Fact("requests", str(cluster_record.count(session, cluster))),
            Fact("reason", cluster.reason),
            Fact("by", called(session, {cluster.by})[cluster.by]),
            Fact("at", moments.full(cluster.at)),
        ),
        is_open=True,
        form="unmerge",
        id=cluster.id or 0,
        version=cluster.version,
        members=tuple(_member(each) for each in inside),
    )
    return [thing]


def split(session: Session, ticket: Ticket, reader: Actor) -> list[Thing]:
    """Return the ticket that this one was a part of, and its own parts."""
    origin = splitting.origin_of(session, ticket, reader=reader)
    parts = tuple(each.number for each in splitting.parts_of(session, ticket, reader=reader))
    told = facts(
        Fact("split_from", tickets=(origin.number,) if origin else ()),
        Fact("parts", tickets=parts),
    )
    return [Thing("split", told)] if told else []


def _link(main: Ticket, ticket: Ticket) -> tuple[str, ...]:
    return (main.number,) if main.id != ticket.id else ()


def _member(each: Membership) -> Member:
    ticket = each.ticket
    status = name_of("ticket_status", ticket.status)
    return Member(ticket.number, ticket.title, status, may_leave=ticket.status in FOLLOWING)
