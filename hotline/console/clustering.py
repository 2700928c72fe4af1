"""并单: tickets about the same matter, found, merged and unmerged."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch import tickets
from dispatch.clustering import cluster_record, clusters, lookalikes
from dispatch.clustering.lookalikes import Lookalike
from dispatch.models import Ticket
from dispatch.states import TicketStatus
from hotline.console.faults import PREFIX, Misfilled
from hotline.console.frame import Merger, templates
from hotline.console.words import name_of, say
from hotline.console.writes import RowId, Version, Words, to_ticket
from hotline.core.clock import now
from hotline.core.errors import Stale
from hotline.web.access import SessionDep

router = APIRouter(prefix=f"{PREFIX}/tickets/{{number}}", include_in_schema=False)


@dataclass(frozen=True)
class Alike:
    """A ticket that may be about the same matter; `main` is who can lead it and this one.

    Where that has a line of its own in the list, it is chosen there: `offers_main` is false.
    """

    number: str
    title: str
    status: str
    percent: int
    main: str
    offers_main: bool
    free: bool  # in no cluster yet: it can be merged into another


@router.get("/similar", response_class=HTMLResponse)
def similar(viewer: Merger, number: str, request: Request, session: SessionDep) -> Response:
    """Show the look-alikes, the one under way already to be the main ticket."""
    ticket = tickets.find(session, number, reader=viewer.actor)
    alike = lookalikes.find(session, ticket, reader=viewer.actor)
    listed = {each.ticket.number for each in alike}
    found = [_alike(session, each, listed) for each in alike]
    shown = {
        "viewer": viewer,
        "ticket": ticket,
        "found": found,
        "main": _likely_main(ticket, found),
        "as_of": now(),
    }
    return templates.TemplateResponse(request, "similar.html", shown)


@router.post("/merge")
def merge(
    viewer: Merger,
    number: str,
    session: SessionDep,
    version: Version,
    main: Words,
    member: Annotated[list[str], Form(max_length=lookalikes.MOST)] = [],  # noqa: B006  # a form's
    reason: Words = "",
) -> Response:
    """并单: this ticket and the ticked ones follow the main one, which may be any of them."""
    members = [each for each in dict.fromkeys([number, *member]) if each != main]
    if not members:
        raise Misfilled(say("fault.nothing_to_merge"))
    # The main ticket is locked before its members, whichever of them was looked at.
    chosen = cluster_record.find_main(session, main, reader=viewer.actor)
    rest = cluster_record.find_tickets(session, members, reader=viewer.actor)
    (seen,) = (each for each in (chosen, *rest) if each.number == number)
    tickets.require_version(seen, version)
    clusters.merge(session, chosen, rest, reason, actor=viewer.actor, now=now())
    return to_ticket(main)


@router.post("/unmerge")
def unmerge(
    viewer: Merger,
    number: str,
    session: SessionDep,
    cluster: RowId,
    version: Version,
    member: Words,
    why: Words = "",
) -> Response:
    """拆出: the member goes its own way again; `version` is the cluster's."""
    found, _main = cluster_record.find_locked(session, cluster, reader=viewer.actor)
    if found.version != version:
        raise Stale(f"Cluster {cluster} is at version {found.version}, not {version}.")
    leaving = cluster_record.find_member(session, found, member, reader=viewer.actor)
    clusters.unmerge(session, leaving, why, actor=viewer.actor, now=now())
    return to_ticket(number)


def _alike(session: Session, found: Lookalike, listed: Collection[str]) -> Alike:
    ticket = found.ticket
    cluster = cluster_record.of_ticket(session, ticket)
    main = cluster_record.main_of(session, cluster).number if cluster else ticket.number
    return Alike(
        ticket.number,
        ticket.title,
        name_of("ticket_status", ticket.status),
        round(found.similarity * 100),
        main,
        offers_main=main == ticket.number or main not in listed,
        free=cluster is None,
    )


def _likely_main(ticket: Ticket, found: Sequence[Alike]) -> str:
    """Return the likest that is under way already, for a new ticket; else the ticket itself."""
    waiting = name_of("ticket_status", TicketStatus.REGISTERED)
    going = [each.main for each in found if each.status != waiting or not each.free]
    return going[0] if going and ticket.status == TicketStatus.REGISTERED else ticket.number
