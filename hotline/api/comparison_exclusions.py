"""剔除申请 over HTTP: asked for by departments, decided, appealed against, decided again."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from dispatch.comparing import asked_exclusions, exclusions, terms
from dispatch.comparing.asked_exclusions import Standing
from dispatch.comparing.exclusions import Plea
from dispatch.comparing.models_comparing import ComparisonExclusion
from dispatch.comparing.states import Reason
from dispatch.handling import orders
from hotline.api.fields import RowId
from hotline.api.schemas_comparisons import (
    DecisionIn,
    ExclusionIn,
    ExclusionOut,
    ExclusionPage,
    StatementIn,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import Body, as_kept
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING
from hotline.web.versions import tag

router = APIRouter(prefix="/api/v1/comparison-exclusions", tags=["comparisons"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.INDICATOR_READ))]
Decider = Annotated[Actor, Depends(permit(Permission.COMPARISON_DECIDE))]
Contestant = Annotated[Actor, Depends(permit(Permission.COMPARISON_CONTEST))]
Limit = Annotated[int, Query(ge=1, le=MOST)]


class Write:
    """One write on the request that the path names."""

    def __init__(self, exclusion_id: RowId, write: Writing) -> None:
        self.session, self._write, self._id = write.session, write, exclusion_id

    def do(self, act: Callable[[ComparisonExclusion], object], actor: Actor, given: str) -> Any:
        """Return the request as `act` leaves it, or the answer kept under the same key."""

        def find() -> ComparisonExclusion:
            return asked_exclusions.find(self.session, self._id, reader=actor, lock=True)

        return self._write.change(find, act, exclusion_out, actor, given)


ExclusionWrite = Annotated[Write, Depends()]


class Pages:
    """How a list is paged, and its answer made."""

    def __init__(
        self,
        session: SessionDep,
        request: Request,
        response: Response,
        standing: Standing = Standing.ALL,
        cursor: str | None = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> None:
        before = decode_cursor(cursor)
        self._session, self._request, self._response = session, request, response
        self._standing, self._limit = standing, limit
        self._before = before[1] if before else 0

    def page(self, reader: Actor) -> ExclusionPage:
        """Return one page of what the reader may see."""
        found = asked_exclusions.listed(
            self._session, self._standing, reader=reader, before=self._before, limit=self._limit
        )
        last = found[-1] if len(found) == self._limit else None
        following = encode_cursor(last.asked_at, last.id or 0) if last else None
        link_next(self._request, self._response, following)
        return ExclusionPage(items=_shown(self._session, found), next=following)


Paged = Annotated[Pages, Depends()]


@router.get("", operation_id="list_comparison_exclusions", summary="List exclusions (剔除申请)")
def list_comparison_exclusions(actor: Reader, pages: Paged) -> ExclusionPage:
    """Return the requests of the reader's area, the newest first."""
    return pages.page(actor)


@router.get("/own", operation_id="list_own_exclusions", summary="One's own requests (本单位的申请)")
def list_own_exclusions(actor: Contestant, pages: Paged) -> ExclusionPage:
    """Return what the department asked for, the newest first."""
    return pages.page(actor)


@router.post(
    "",
    operation_id="ask_for_exclusion",
    status_code=201,
    summary="Ask that an order be in no comparison (申请剔除)",
    response_model=ExclusionOut,
    responses=WRITING,
)
def ask_for_exclusion(actor: Contestant, given: ExclusionIn, write: Writing) -> Any:
    """申请剔除: of an own order, once, with files of it as evidence."""

    def act() -> ExclusionOut:
        order = orders.find(write.session, given.order, reader=actor, lock=True)
        plea = Plea(given.reason, given.statement, given.attachments)
        row = exclusions.ask(write.session, order, plea, actor=actor, now=now())
        return exclusion_out(write.session, row)

    def again(kept: Body | None) -> Body:
        orders.find(write.session, given.order, reader=actor)  # it may be out of reach by now
        return as_kept(kept)

    return write.once(act, actor, given.model_dump_json(), again=again)


@router.get("/{exclusion_id}", operation_id="get_comparison_exclusion", summary="Read an exclusion")
def get_comparison_exclusion(
    actor: Reader, exclusion_id: RowId, session: SessionDep, response: Response
) -> ExclusionOut:
    """Return the request with what was decided."""
    row = asked_exclusions.find(session, exclusion_id, reader=actor)
    tag(response, row.version)
    return exclusion_out(session, row)


@router.post(
    "/{exclusion_id}/decision",
    operation_id="decide_comparison_exclusion",
    summary="Decide on an exclusion (审定剔除)",
    response_model=ExclusionOut,
    responses=WRITING,
)
def decide_comparison_exclusion(actor: Decider, write: ExclusionWrite, given: DecisionIn) -> Any:
    """审定: by nobody who had a hand in the matter."""

    def act(row: ComparisonExclusion) -> None:
        exclusions.decide(write.session, row, given.right, given.note, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{exclusion_id}/appeal",
    operation_id="appeal_exclusion",
    summary="Appeal against a refusal (对不予剔除申诉)",
    response_model=ExclusionOut,
    responses=WRITING,
)
def appeal_exclusion(actor: Contestant, write: ExclusionWrite, given: StatementIn) -> Any:
    """申诉: once, in time, by the department."""

    def act(row: ComparisonExclusion) -> None:
        exclusions.appeal(write.session, row, given.statement, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{exclusion_id}/appeal-decision",
    operation_id="decide_exclusion_appeal",
    summary="Decide on that appeal (裁定)",
    response_model=ExclusionOut,
    responses=WRITING,
)
def decide_exclusion_appeal(actor: Decider, write: ExclusionWrite, given: DecisionIn) -> Any:
    """裁定: for good, by another person than who refused it."""

    def act(row: ComparisonExclusion) -> None:
        note = given.note
        exclusions.decide_appeal(write.session, row, given.right, note, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


def exclusion_out(session: Session, row: ComparisonExclusion) -> ExclusionOut:
    """Return the request with the numbers of its order and ticket."""
    return _shown(session, [row])[0]


def _shown(session: Session, rows: Sequence[ComparisonExclusion]) -> list[ExclusionOut]:
    numbers, bases = asked_exclusions.numbers(session, rows), terms.grounds()
    return [
        ExclusionOut(
            **each.model_dump(exclude={"order_id", "ticket_id", "sealed_words"}),
            order=numbers[each.order_id][0],
            ticket=numbers[each.order_id][1],
            basis=bases[Reason(each.reason)],
        )
        for each in rows
    ]
