"""公平比较 over HTTP: run, published, withdrawn; a department's own place, and its appeal."""

import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from dispatch.comparing import place_appeals, places, publishing, runs, schemes
from dispatch.comparing.models_comparing import Comparison
from dispatch.indicators.reading import Period
from hotline.api.articles import Asker
from hotline.api.fields import RowId
from hotline.api.schemas_comparisons import (
    ComparisonDetail,
    ComparisonOut,
    ComparisonPage,
    PlaceAppealOut,
    PlaceDecisionIn,
    PlaceOut,
    PlacePage,
    PublicOut,
    PublicPage,
    RunIn,
    StatementIn,
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
Contestant = Annotated[Actor, Depends(permit(Permission.COMPARISON_CONTEST))]
Limit = Annotated[int, Query(ge=1, le=MOST)]


class Write:
    """One write on the comparison that the path names."""

    def __init__(self, run_id: RowId, write: Writing) -> None:
        self.session, self._write, self._id = write.session, write, run_id

    def do(self, act: Callable[[Comparison], object], actor: Actor, given: str) -> Any:
        """Return the comparison as `act` leaves it, or the answer kept under the same key."""

        def find() -> Comparison:
            return runs.find(self.session, self._id, reader=actor, lock=True)

        return self._write.change(find, act, comparison_out, actor, given)

    def contest(self, act: Callable[[Comparison], object], actor: Actor, given: str) -> Any:
        """Return the department's own place as `act` leaves it."""

        def find() -> Comparison:
            return places.find(self.session, self._id, actor.department, lock=True)

        def show(session: Session, run: Comparison) -> PlaceOut:
            return _places(session, [run], actor)[0]

        return self._write.change(find, act, show, actor, given)


RunWrite = Annotated[Write, Depends()]


@router.get("", operation_id="list_comparisons", summary="List comparisons (公平比较)")
def list_comparisons(
    actor: Reader,
    session: SessionDep,
    request: Request,
    response: Response,
    cursor: str | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> ComparisonPage:
    """Return the comparisons and simulations of the reader's area, the newest first."""
    found = runs.listed(session, reader=actor, before=_before(cursor), limit=limit)
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


@router.get(
    "/own", operation_id="list_own_comparisons", summary="One's own places (本单位的比较结果)"
)
def list_own_comparisons(
    actor: Contestant,
    session: SessionDep,
    request: Request,
    response: Response,
    cursor: str | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> PlacePage:
    """Return the department's place in published comparisons, the newest first."""
    before = _before(cursor)
    found = places.listed(session, actor.department, before=before, limit=limit)
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(last.run_at, last.id or 0) if last else None
    link_next(request, response, following)
    return PlacePage(items=_places(session, found, actor), next=following)


@router.get(
    "/public", operation_id="list_public_comparisons", summary="Published to all (向社会公布的)"
)
def list_public_comparisons(
    _asker: Asker,
    session: SessionDep,
    request: Request,
    response: Response,
    cursor: str | None = None,
    limit: Limit = DEFAULT_LIMIT,
) -> PublicPage:
    """Return what everybody may read: bands, rates and intervals; the newest first."""
    found = places.public(session, before=_before(cursor), limit=limit)
    last = found[-1] if len(found) == limit else None
    following = encode_cursor(last.run_at, last.id or 0) if last else None
    link_next(request, response, following)
    return PublicPage(items=[_public(each) for each in found], next=following)


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
    "/{run_id}/appeal",
    operation_id="appeal_comparison",
    summary="Appeal against one's place (对比较结果申诉)",
    response_model=PlaceOut,
    responses=WRITING,
)
def appeal_comparison(actor: Contestant, write: RunWrite, given: StatementIn) -> Any:
    """申诉: once, in time, by a department that is in it and is told of it."""

    def act(run: Comparison) -> None:
        place_appeals.appeal(write.session, run, given.statement, actor=actor, now=now())

    return write.contest(act, actor, given.model_dump_json())


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


def _public(run: Comparison) -> PublicOut:
    told = json.loads(runs.published(run))
    return PublicOut.model_validate(
        {
            "name": told["run"]["name"],
            "since": run.since,
            "until": run.until,
            "published_at": run.published_at,
            "basis": told["run"]["scheme"]["basis"],
            "confidence": told["run"]["scheme"]["confidence"],
            "result": told["result"],
            "excluded": told["run"]["excluded"],
        }
    )


def _before(cursor: str | None) -> int:
    before = decode_cursor(cursor)
    return before[1] if before else 0


def _places(session: Session, found: Sequence[Comparison], actor: Actor) -> list[PlaceOut]:
    """Return the department's place in each, in one query for what it said against them."""
    own = actor.department
    appeals = place_appeals.of_department(session, found, own)
    return [
        PlaceOut.model_validate(
            {
                **run.model_dump(
                    include={"version", "since", "until", "published_at", "appeal_by"}
                ),
                **vars(places.of(run, own)),
                "comparison": run.id,
                "appeal": appeals.get(run.id or 0),
            }
        )
        for run in found
    ]
