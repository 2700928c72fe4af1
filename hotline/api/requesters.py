"""诉求人之门 over HTTP, for mini-programs: what `/t/{number}` shows and does, by the same links.

Nobody is signed in here: the key from the message opens its one ticket.
"""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header
from sqlmodel import Session

from dispatch.models import Ticket
from dispatch.requesters import additions, answering, links, progress, ratings, withdrawing
from dispatch.requesters.ratings import Judgement
from hotline.api.fields import Number
from hotline.api.schemas_requesters import AddIn, OwnTicket, RateIn, WithdrawIn
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.errors import NotSignedIn
from hotline.core.security import Permission
from hotline.web.access import SessionDep
from hotline.web.idempotency import IdempotencyKey, as_kept, once
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/public/tickets", tags=["requesters"], responses=READING)

TicketKey = Annotated[
    str,
    Header(alias="X-Ticket-Key", max_length=255, description="What follows `key=` in the link."),
]


class Opening:
    """A dependency that yields the ticket of the key; it carries `permission` for the build."""

    permission = Permission.OWN_TICKET

    def __init__(self, *, lock: bool = False) -> None:
        self._lock = lock

    def __call__(self, number: Number, session: SessionDep, key: TicketKey = "") -> "Own":
        if not key:
            raise NotSignedIn("This needs a link's key.", remedy="Send it as X-Ticket-Key.")
        held = links.hold(session, number, key, now=now(), lock=self._lock)
        return Own(session, held.ticket, Actor(f"link:{held.link.id}"), held.link.via)


class Own:
    """A ticket that its requester's key opened, in the request's transaction."""

    def __init__(self, session: Session, ticket: Ticket, holder: Actor, via: str) -> None:
        self.session, self.ticket, self.holder, self.via = session, ticket, holder, via

    def shown(self) -> OwnTicket:
        """Return the ticket as its requester sees it now."""
        found = progress.shown(self.session, self.ticket, by_link=True, now=now())
        return OwnTicket.model_validate(found)

    def do(self, act: Callable[[], object], key: str | None, asked: str) -> Any:
        """Return the ticket as `act` leaves it, or the answer kept under the same key."""

        def once_only() -> OwnTicket:
            act()
            return self.shown()

        told = f"{self.ticket.number} {asked}"
        return once(self.session, key, told, once_only, actor=self.holder, now=now(), again=as_kept)


Reader = Annotated[Own, Depends(Opening())]
Writer = Annotated[Own, Depends(Opening(lock=True))]


@router.get("/{number}", operation_id="get_own_ticket", summary="The own ticket (办理进展)")
def get_own_ticket(own: Reader) -> OwnTicket:
    """办理进展: return what the ticket's requester may know; nothing is changed by looking."""
    return own.shown()


@router.post(
    "/{number}/additions",
    operation_id="add_to_own_ticket",
    summary="Add to the own ticket (补充)",
    response_model=OwnTicket,
    responses=WRITING,
)
def add_to_own_ticket(own: Writer, given: AddIn, key: IdempotencyKey = None) -> Any:
    """补充: keep what the requester writes for whoever works on it."""

    def act() -> object:
        if given.question is None:
            return additions.add(own.session, own.ticket, given.text, now=now())
        return answering.answer(own.session, own.ticket, given.question, given.text, now=now())

    return own.do(act, key, f"add {given.model_dump_json()}")


@router.post(
    "/{number}/withdraw",
    operation_id="withdraw_own_ticket",
    summary="Withdraw the own ticket (撤回)",
    response_model=OwnTicket,
    responses=WRITING,
)
def withdraw_own_ticket(own: Writer, given: WithdrawIn, key: IdempotencyKey = None) -> Any:
    """撤回: end it as the requester wishes; 412 when it is no longer in the status they saw."""

    def act() -> object:
        wish, seen = given.wish, given.seen
        return withdrawing.withdraw(own.session, own.ticket, wish, seen=seen, now=now())

    return own.do(act, key, f"withdraw {given.model_dump_json()}")


@router.post(
    "/{number}/rating",
    operation_id="rate_own_ticket",
    summary="Rate the own ticket (评价)",
    response_model=OwnTicket,
    responses=WRITING,
)
def rate_own_ticket(own: Writer, given: RateIn, key: IdempotencyKey = None) -> Any:
    """评价: keep the rating, once a round; the planned callback is done by it."""

    def act() -> object:
        reasons = tuple(given.reasons)
        said = Judgement(given.satisfaction, given.contacted, given.solved, reasons, given.aspects)
        return ratings.rate(own.session, own.ticket, said, via=own.via, now=now())

    return own.do(act, key, f"rate {given.model_dump_json()}")
