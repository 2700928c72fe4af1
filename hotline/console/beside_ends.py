"""直接答复、不予受理、移交、重办 beside a ticket: how it ended, and why that was not the end."""

from sqlmodel import Session

from dispatch.beside.models_beside import HandOver
from dispatch.ending import answers, declines, endings, handovers
from dispatch.models import Ticket
from dispatch.states import TicketStatus
from hotline.console import moments
from hotline.console.callings import called
from hotline.console.things import Fact, Thing, facts
from hotline.console.words import name_of, say


def answered(session: Session, ticket: Ticket) -> list[Thing]:
    """Return what the requester was told on the line."""
    found = answers.of_ticket(session, ticket)
    who = called(session, {each.by for each in found})
    return [
        Thing(
            "answered",
            facts(
                Fact("told", each.text),
                Fact("source", each.source),
                Fact("by", who[each.by]),
                Fact("at", moments.full(each.at)),
            ),
        )
        for each in found
    ]


def declined(session: Session, ticket: Ticket) -> list[Thing]:
    """Return why it was not taken, and the lawful route that was told."""
    found = declines.of_ticket(session, ticket)
    who = called(session, {each.by for each in found})
    return [
        Thing(
            "declined",
            facts(
                Fact("reason", declines.title_of(each.reason)),
                Fact("route", each.route),
                Fact("note", each.note),
                Fact("by", who[each.by]),
                Fact("at", moments.full(each.at)),
            ),
            is_past=ticket.status != TicketStatus.DECLINED,
        )
        for each in found
    ]


def handed_over(session: Session, ticket: Ticket) -> list[Thing]:
    """Return who has it now, by our number and theirs; the newest waits to be acknowledged."""
    found = handovers.of_ticket(session, ticket)
    return [_handed(session, ticket, each, newest=each is found[-1]) for each in found]


def redone(session: Session, ticket: Ticket) -> list[Thing]:
    """Return why it was done once more, a row a round."""
    return [
        Thing(
            "redone",
            facts(
                Fact("reason", name_of("redo", each.reason)),
                Fact("note", each.note),
                Fact("at", moments.full(each.at)),
            ),
        )
        for each in endings.redone(session, ticket)
    ]


def _handed(session: Session, ticket: Ticket, row: HandOver, *, newest: bool) -> Thing:
    stands = newest and ticket.status == TicketStatus.HANDED_OVER
    waits = stands and row.acknowledged_at is None
    taken = moments.full(row.acknowledged_at) if row.acknowledged_at else ""
    return Thing(
        "handed_over",
        facts(
            Fact("receiver", f"{name_of('receiver', row.receiver)} {row.region}".strip()),
            Fact("reason", row.reason),
            Fact("line_kept", say("ticket.yes") if row.line_kept else ""),
            Fact("our_number", ticket.number),
            Fact("their_number", row.their_number or (say("beside.not_yet") if waits else "")),
            Fact("acknowledged", taken),
            Fact("by", called(session, {row.by})[row.by]),
            Fact("at", moments.full(row.at)),
        ),
        is_open=waits,
        is_past=not stands,
        form="acknowledge" if waits else "",
    )
