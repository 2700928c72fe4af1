"""质检规则: cards, plans and their draws, and the lists that flags go by."""

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.inspection import cards, draws, lists, plans, word_lists
from dispatch.inspection.plans import Wish
from dispatch.inspection.states import Kind, Period
from hotline.console.administration.frame import Refusal, plain
from hotline.console.frame import Viewer
from hotline.console.inspection.choosing import inspectors
from hotline.console.inspection.frame import Planner, Row, Short, Texts, Words, shown, tried
from hotline.console.inspection.typed import GROUPS, LIMITS, WORDS, lists_shown, lists_typed
from hotline.console.words import reading
from hotline.core.clock import now
from hotline.web.access import SessionDep

router = APIRouter(prefix="/setup", include_in_schema=False)

Small = Annotated[int, Form(ge=0, le=1000)]


@router.get("", response_class=HTMLResponse)
def show(viewer: Planner, request: Request, session: SessionDep) -> Response:
    """Show the rules."""
    return _page(request, session, viewer)


@router.post("/plans", response_class=HTMLResponse)
def plan(
    viewer: Planner,
    request: Request,
    session: SessionDep,
    title: Short,
    period: Annotated[Period, Form()],
    card: Short,
    per_agent: Small,
    due_days: Small,
    with_flags: Annotated[bool, Form()] = False,
    inspector: Texts = [],  # noqa: B006  # never changed
) -> Response:
    """新建抽检计划: of the kind that its card is for."""

    def act() -> None:
        found = cards.find(session, plain(card))
        kind, names = Kind(found.kind), [plain(each) for each in inspector]
        drawn = (per_agent, with_flags, found.code, due_days, names)
        wish = Wish(plain(title), kind, period, *drawn)
        plans.create(session, wish, actor=viewer.actor, now=now())

    return _done(request, session, viewer, act)


@router.post("/plans/{plan_id}/draw", response_class=HTMLResponse)
def draw(viewer: Planner, plan_id: Row, request: Request, session: SessionDep) -> Response:
    """抽样: the newest period that is over, before the job does it."""

    def act() -> None:
        found = plans.find(session, plan_id, lock=True)
        draws.draw(session, found, actor=viewer.actor, now=now())

    return _done(request, session, viewer, act)


@router.post("/plans/{plan_id}/end", response_class=HTMLResponse)
def end(viewer: Planner, plan_id: Row, request: Request, session: SessionDep) -> Response:
    """停止计划."""

    def act() -> None:
        plans.end(session, plans.find(session, plan_id, lock=True), actor=viewer.actor, now=now())

    return _done(request, session, viewer, act)


@dataclass
class TypedLists:
    """The lists as they were typed; a list's words stand one a line."""

    silence_s: Short
    overlap_s: Short
    opening_s: Short
    closing_s: Short
    promise_h: Short
    reply_letters: Short
    copied_share: Short
    forbidden: Words = ""
    promise: Words = ""
    empty_replies: Words = ""
    opening: Words = ""
    closing: Words = ""


@router.post("/lists", response_class=HTMLResponse)
def change_lists(
    viewer: Planner,
    request: Request,
    session: SessionDep,
    seen: Annotated[int, Form(ge=0)],
    typed: Annotated[TypedLists, Depends()],
) -> Response:
    """修改规则词表: one word a line; of an opening's or a closing's line one word must be said."""

    def act() -> None:
        _, present = lists.current(session)
        wanted = word_lists.lists_of(lists_typed(present, asdict(typed)))
        lists.change(session, wanted, seen=seen, actor=viewer.actor, now=now())

    return _done(request, session, viewer, act)


def _done(request: Request, session: Session, viewer: Viewer, act: Any) -> Response:
    return tried(session, act, "/setup", lambda refused: _page(request, session, viewer, refused))


def _page(
    request: Request, session: Session, viewer: Viewer, refused: Refusal | None = None
) -> Response:
    number, present = lists.current(session)
    found = plans.listed(session)
    return shown(
        request,
        viewer,
        "setup",
        "setup",
        refused=refused,
        cards=[(each, cards.card(each).title) for each in cards.newest(session)],
        language=reading().code,
        plans=[(each, draws.of(session, each)[:1]) for each in found],
        inspectors=inspectors(session),
        periods=list(Period),
        seen=number,
        lists=lists_shown(present),
        limits=LIMITS,
        words=(*WORDS, *GROUPS),
    )
