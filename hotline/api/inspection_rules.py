"""质检规则 over HTTP: cards, the rules' lists, plans and their draws, calibrations."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlmodel import Session

from dispatch.inspection import (
    calibrations,
    cards,
    draws,
    inspections,
    lists,
    plans,
    scoring,
    word_lists,
)
from dispatch.inspection.models_inspection import Calibration, InspectionPlan
from hotline.api.fields import RowId
from hotline.api.schemas_inspections import (
    AgreementOut,
    CalibrationDetail,
    CalibrationIn,
    CalibrationList,
    CalibrationOut,
    CardIn,
    CardList,
    CardOut,
    DrawList,
    DrawOut,
    ListsIn,
    ListsOut,
    PlanIn,
    PlanList,
    PlanOut,
)
from hotline.api.writes import Write, Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.idempotency import Body
from hotline.web.problems import READING, WRITING

router = APIRouter(prefix="/api/v1/inspections", tags=["inspections"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.INSPECTION_READ))]
Planner = Annotated[Actor, Depends(permit(Permission.INSPECTION_PLAN))]


@router.get("/cards", operation_id="list_score_cards", summary="List score cards (评分卡)")
def list_score_cards(_: Reader, session: SessionDep) -> CardList:
    """Return the newest version of each card; the packaged samples have the number 0."""
    return CardList(items=[CardOut.model_validate(each) for each in cards.newest(session)])


@router.post(
    "/cards",
    operation_id="write_score_card",
    summary="Write a score card's new version",
    response_model=CardOut,
    status_code=201,
    responses=WRITING,
)
def write_score_card(actor: Planner, given: CardIn, write: Writing) -> Any:
    """Keep a new version; what was scored by an older one stays as it is."""

    def act() -> CardOut:
        card = scoring.card_of(given.body)
        row = cards.write(
            write.session, given.code, given.kind, card, seen=given.seen, actor=actor, now=now()
        )
        return CardOut.model_validate(row)

    def present() -> CardOut:
        return CardOut.model_validate(cards.find(write.session, given.code))

    return _once(write, act, present, actor, given.model_dump_json())


@router.get("/lists", operation_id="get_inspection_lists", summary="The rules' lists (规则词表)")
def get_inspection_lists(_: Reader, session: SessionDep) -> ListsOut:
    """Return the words and limits that flags go by now."""
    return _lists(session)


@router.post(
    "/lists",
    operation_id="change_inspection_lists",
    summary="Change the rules' lists",
    response_model=ListsOut,
    status_code=201,
    responses=WRITING,
)
def change_inspection_lists(actor: Planner, given: ListsIn, write: Writing) -> Any:
    """Keep a new version of all of them; a flag goes on naming those that it was found by."""

    def act() -> ListsOut:
        wanted = word_lists.lists_of(given.body)
        lists.change(write.session, wanted, seen=given.seen, actor=actor, now=now())
        return _lists(write.session)

    def present() -> ListsOut:
        return _lists(write.session)

    return _once(write, act, present, actor, given.model_dump_json())


@router.get("/plans", operation_id="list_inspection_plans", summary="List plans (抽检计划)")
def list_inspection_plans(_: Reader, session: SessionDep) -> PlanList:
    """Return the plans, those that run first."""
    return PlanList(items=[PlanOut.model_validate(each) for each in plans.listed(session)])


@router.post(
    "/plans",
    operation_id="create_inspection_plan",
    summary="Make a plan",
    response_model=PlanOut,
    status_code=201,
    responses=WRITING,
)
def create_inspection_plan(actor: Planner, given: PlanIn, write: Writing) -> Any:
    """Make a plan; its seed is made with it, and told with each draw."""

    def act() -> PlanOut:
        wish = plans.Wish(**given.model_dump())
        return PlanOut.model_validate(plans.create(write.session, wish, actor=actor, now=now()))

    def present() -> PlanOut:
        return PlanOut.model_validate(plans.listed(write.session)[0])

    return _once(write, act, present, actor, given.model_dump_json())


@router.post(
    "/plans/{plan_id}/end",
    operation_id="end_inspection_plan",
    summary="End a plan",
    response_model=PlanOut,
    responses=WRITING,
)
def end_inspection_plan(actor: Planner, plan_id: RowId, write: Writing) -> Any:
    """End it: it draws nothing more; what it drew is still inspected."""

    def find() -> InspectionPlan:
        return plans.find(write.session, plan_id, lock=True)

    def act(plan: InspectionPlan) -> None:
        plans.end(write.session, plan, actor=actor, now=now())

    def show(_: Session, plan: InspectionPlan) -> PlanOut:
        return PlanOut.model_validate(plan)

    return write.change(find, act, show, actor, "")


@router.get(
    "/plans/{plan_id}/draws",
    operation_id="list_inspection_draws",
    summary="What a plan drew (抽样)",
)
def list_inspection_draws(_: Reader, plan_id: RowId, session: SessionDep) -> DrawList:
    """Return each draw with its seed and its population's digest, so that it can be repeated."""
    found = draws.of(session, plans.find(session, plan_id))
    return DrawList(items=[DrawOut.model_validate(each) for each in found])


@router.post(
    "/plans/{plan_id}/draws",
    operation_id="draw_inspection_plan",
    summary="Draw the newest period that is over",
    response_model=DrawOut,
    status_code=201,
    responses=WRITING,
)
def draw_inspection_plan(actor: Planner, plan_id: RowId, write: Writing) -> Any:
    """抽样: as the job does each morning; a period is drawn once."""

    def act() -> DrawOut:
        plan = plans.find(write.session, plan_id, lock=True)
        return DrawOut.model_validate(draws.draw(write.session, plan, actor=actor, now=now()))

    def present() -> DrawOut:
        plan = plans.find(write.session, plan_id)
        return DrawOut.model_validate(draws.of(write.session, plan)[0])

    return _once(write, act, present, actor, str(plan_id))


@router.get("/calibrations", operation_id="list_calibrations", summary="List calibrations (校准)")
def list_calibrations(_: Planner, session: SessionDep) -> CalibrationList:
    """Return the newest calibrations."""
    found = calibrations.listed(session)
    return CalibrationList(items=[CalibrationOut.model_validate(each) for each in found])


@router.post(
    "/calibrations",
    operation_id="open_calibration",
    summary="Give the same work blind to several inspectors",
    response_model=CalibrationDetail,
    status_code=201,
    responses=WRITING,
)
def open_calibration(actor: Planner, given: CalibrationIn, write: Writing) -> Any:
    """开始校准: of one card, and none of it an inspector's own work or marked by one."""

    def act() -> CalibrationDetail:
        found = [
            inspections.find(write.session, each, reader=actor)
            for each in dict.fromkeys(given.inspections)
        ]
        wish = calibrations.Wish(**given.model_dump())
        row = calibrations.open_one(write.session, wish, found, actor=actor, now=now())
        return _calibration(write.session, row)

    def present() -> CalibrationDetail:
        return _calibration(write.session, calibrations.listed(write.session)[0])

    return _once(write, act, present, actor, given.model_dump_json())


@router.get(
    "/calibrations/{calibration_id}", operation_id="get_calibration", summary="Read a calibration"
)
def get_calibration(_: Planner, calibration_id: RowId, session: SessionDep) -> CalibrationDetail:
    """Return how far the inspectors agree, by criterion; nothing until it is closed."""
    return _calibration(session, calibrations.find(session, calibration_id))


@router.post(
    "/calibrations/{calibration_id}/close",
    operation_id="close_calibration",
    summary="Close a calibration",
    response_model=CalibrationDetail,
    responses=WRITING,
)
def close_calibration(actor: Planner, calibration_id: RowId, write: Writing) -> Any:
    """结束校准: once all have submitted who still may; from then on the marks are seen."""

    def find() -> Calibration:
        return calibrations.find(write.session, calibration_id, lock=True)

    def act(row: Calibration) -> None:
        calibrations.close(write.session, row, actor=actor, now=now())

    return write.change(find, act, _calibration, actor, "")


def _once(
    write: Write,
    act: Callable[[], BaseModel],
    present: Callable[[], BaseModel],
    actor: Actor,
    given: str,
) -> Any:
    """Return what `act` makes; under the same key again the answer kept, or what is `present`."""

    def again(kept: Body | None) -> BaseModel | Body:
        return kept or present()

    return write.once(act, actor, given, again=again)


def _lists(session: Session) -> ListsOut:
    number, present = lists.current(session)
    return ListsOut(number=number, body=word_lists.body_of(present))


def _calibration(session: Session, row: Calibration) -> CalibrationDetail:
    sheets = calibrations.sheets(session, row)
    results = [
        AgreementOut(
            code=each.code,
            items=each.agreement.items,
            raters=each.agreement.raters,
            share=each.agreement.share,
            kappa=each.agreement.kappa,
        )
        for each in calibrations.results(session, row)
    ]
    told = CalibrationOut.model_validate(row).model_dump()
    submitted = sum(each.submitted_at is not None for each in sheets)
    return CalibrationDetail(**told, submitted=submitted, results=results)
