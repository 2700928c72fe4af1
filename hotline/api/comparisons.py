"""公平比较 over HTTP: run, read, published, withdrawn, appeals decided."""

import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from dispatch.comparing import place_appeals, publishing, runs, schemes
from dispatch.comparing.models_comparing import Comparison
from dispatch.indicators.reading import Period
from hotline.api.fields import RowId
from hotline.api.schemas_comparisons import (
    ComparisonDetail,
    ComparisonOut,
    ComparisonPage,
    PlaceAppealOut,
    PlaceDecisionIn,
    RunIn,
    WithdrawIn,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import as_kept
from hotline.web.paging import DEFAULT_LIMIT, MOST, decode_cursor, encode_cursor, link_next
from hotline.web.problems import READING, WRITING
from hotline.web.versions import tag

router = APIRouter(prefix="/api/v1/comparisons", tags=["comparisons"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.INDICATOR_READ))]
Manager = Annotated[Actor, Depends(permit(Permission.COMPARISON_MANAGE))]
Decider = Annotated[Actor, Depends(permit(Permission.COMPARISON_DECIDE))]


class Write:
    """One write on the comparison that the path names."""

    def __init__(self, run_id: RowId, write: Writing) -> None:
        self.session, self._write, self._id = write.session, write, run_id

    def do(self, act: Callable[[Comparison], object], actor: Actor, given: str) -> Any:
        """Return the comparison as `act` leaves it, or the answer kept under the same key."""

        def find() -> Comparison:
            return runs.find(self.session, self._id, reader=actor, lock=True)

        return self._write.change(find, act, comparison_out, actor, given)


RunWrite = Annotated[Write, Depends()]


@router.get("", operation_id="list_comparisons", summary="List comparisons (公平比较)")
def list_comparisons(
    actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> ComparisonPage:
    """Return the comparisons and simulations of the reader's area, the newest first."""
    before = decode_cursor(cursor)
    last_seen = before[1] if before else 0
    found = runs.listed(session, reader=actor, before=last_seen, limit=limit)
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(last.run_at, last.id or 0) if last else None
    link_next(request, response, following)
    return ComparisonPage(items=[comparison_out(session, each) for each in found], next=following)


@router.post(
    "",
    operation_id="run_comparison",
    status_code=201,
    summary="Compare departments over a period (运行比较)",
    response_model=ComparisonOut,
    responses=WRITING,
)
def run_comparison(actor: Manager, given: RunIn, write: Writing) -> Any:
    """运行: by an adopted scheme; nobody outside is told until somebody else publishes it.

    试算 (`simulation`): of one that is not adopted, beside what the version in force says.
    """

    def act() -> ComparisonOut:
        scheme = schemes.find(write.session, given.scheme, lock=True)
        verb = runs.simulate if given.simulation else runs.run
        period = Period(given.since, given.until)
        made = verb(write.session, scheme, period, actor=actor, now=now())
        return comparison_out(write.session, made)

    return write.once(act, actor, given.model_dump_json(), again=as_kept)


@router.get("/{run_id}", operation_id="get_comparison", summary="Read a comparison")
def get_comparison(
    actor: Reader, run_id: RowId, session: SessionDep, response: Response
) -> ComparisonDetail:
    """Return what the comparison says, with the appeals against it."""
    run = runs.find(session, run_id, reader=actor)
    tag(response, run.version)
    told = json.loads(runs.published(run))
    appeals = place_appeals.of_run(session, run)
    return ComparisonDetail(
        **comparison_out(session, run).model_dump(),
        result=told["result"],
        result_before=told["result_before"],
        excluded=told["run"]["excluded"],
        appeals=[PlaceAppealOut.model_validate(each) for each in appeals],
    )


@router.get(
    "/{run_id}/document",
    operation_id="get_comparison_document",
    summary="The comparison's document, with `reproduce` written anew",
    response_model=dict[str, Any],
)
def get_comparison_document(
    actor: Reader, run_id: RowId, session: SessionDep, reproduce: bool = False
) -> Any:
    """Return the document to the last byte; its SHA-256 is the ETag.

    `reproduce` writes it anew from its inputs, and answers 500 if it is another.
    """
    run = runs.find(session, run_id, reader=actor)
    told = runs.reproduce(run) if reproduce else runs.published(run)
    return Response(told, media_type="application/json", headers={"ETag": f'"{run.document_hash}"'})


@router.post(
    "/{run_id}/publish",
    operation_id="publish_comparison",
    summary="Publish a comparison (公布)",
    response_model=ComparisonOut,
    responses=WRITING,
)
def publish_comparison(actor: Decider, write: RunWrite) -> Any:
    """公布: to whom its scheme says, by somebody else than who ran it."""

    def act(run: Comparison) -> None:
        publishing.publish(write.session, run, actor=actor, now=now())

    return write.do(act, actor, "")


@router.post(
    "/{run_id}/withdraw",
    operation_id="withdraw_comparison",
    summary="Withdraw a comparison (撤回)",
    response_model=ComparisonOut,
    responses=WRITING,
)
def withdraw_comparison(actor: Decider, write: RunWrite, given: WithdrawIn) -> Any:
    """撤回: with a reason; it stays on record."""

    def act(run: Comparison) -> None:
        publishing.withdraw(write.session, run, given.reason, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{run_id}/appeal-decision",
    operation_id="decide_comparison_appeal",
    summary="Decide on an appeal against a place (裁定)",
    response_model=ComparisonOut,
    responses=WRITING,
)
def decide_comparison_appeal(actor: Decider, write: RunWrite, given: PlaceDecisionIn) -> Any:
    """裁定: by who neither ran nor published it."""

    def act(run: Comparison) -> None:
        said = (given.department, given.right, given.note)
        place_appeals.decide(write.session, run, *said, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


def comparison_out(_session: Session, run: Comparison) -> ComparisonOut:
    return ComparisonOut.model_validate(run)
