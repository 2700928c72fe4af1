"""派单模型: which proposals go by, how a shadow does beside it, and the buttons that change it."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session

from dispatch.routing import comparing, registry
from dispatch.routing.models_router import RouterModel
from dispatch.routing.promotion import judge
from hotline.console.administration import models_shown
from hotline.console.administration.areas import MODELS
from hotline.console.administration.frame import Refusal, RuleChanger, RuleReader, attempt, shown
from hotline.console.faults import Misfilled
from hotline.console.frame import Viewer
from hotline.console.words import say
from hotline.console.writes import LARGEST_ROW
from hotline.core.clock import now
from hotline.core.errors import Conflict, HotlineError, Invalid, NotFound
from hotline.web.access import SessionDep

router = APIRouter(prefix=MODELS.page, include_in_schema=False)

Reason = Annotated[str, Form(max_length=registry.LONGEST_REASON)]


@router.get("", response_class=HTMLResponse)
def show(viewer: RuleReader, request: Request, session: SessionDep) -> Response:
    """Show the models and how the shadow does."""
    return _shown(request, viewer, session)


@router.post("/{model_id}/shadow")
def shadow(viewer: RuleChanger, model_id: int, request: Request, session: SessionDep) -> Response:
    """影子运行: a candidate begins to judge beside the live model."""
    return _changed(request, viewer, session, model_id, registry.let_shadow)


@router.post("/{model_id}/stop")
def stop(viewer: RuleChanger, model_id: int, request: Request, session: SessionDep) -> Response:
    """停止影子运行."""
    return _changed(request, viewer, session, model_id, registry.stop_shadow)


@router.post("/{model_id}/retire")
def retire(viewer: RuleChanger, model_id: int, request: Request, session: SessionDep) -> Response:
    """停用候选."""
    return _changed(request, viewer, session, model_id, registry.retire)


@router.post("/{model_id}/promote")
def promote(
    viewer: RuleChanger, model_id: int, request: Request, session: SessionDep, reason: Reason = ""
) -> Response:
    """启用: refused with the figures until the shadow has earned it."""
    row = _find(session, model_id)

    def act() -> None:
        if row.state == registry.State.SHADOW:
            _require_earned(session, row)
        registry.promote(session, row, reason, actor=viewer.actor, now=now())

    return _done(request, viewer, session, act)


@router.post("/roll-back")
def roll_back(
    viewer: RuleChanger, request: Request, session: SessionDep, reason: Reason = ""
) -> Response:
    """退回上一个模型."""
    return _done(
        request,
        viewer,
        session,
        lambda: registry.roll_back(session, reason, actor=viewer.actor, now=now()),
    )


def _shown(
    request: Request, viewer: Viewer, session: Session, refused: Refusal | None = None
) -> Response:
    beside, live = registry.shadow(session), registry.live(session)
    return shown(
        request,
        viewer,
        "running_models",
        MODELS,
        refused=refused,
        models=models_shown.lines(session, registry.listed(session)),
        figures=models_shown.FIGURES,
        schedule=models_shown.schedule(session),
        standing=models_shown.standing(session, beside) if beside else None,
        beside=beside.id if beside else None,
        back_to=live.replaced_id if live else None,
    )


def _changed(
    request: Request,
    viewer: Viewer,
    session: Session,
    model_id: int,
    change: Callable[..., object],
) -> Response:
    row = _find(session, model_id)
    return _done(
        request, viewer, session, lambda: change(session, row, actor=viewer.actor, now=now())
    )


def _done(
    request: Request, viewer: Viewer, session: Session, act: Callable[[], object]
) -> Response:
    """Do it and lead back; a refusal is said at the page's top, in the reader's words."""

    def said() -> None:
        try:
            act()
        except Misfilled:
            raise
        except (Conflict, Invalid, NotFound) as error:
            raise Misfilled(_sentence(error)) from error

    if refused := attempt(session, said):
        return _shown(request, viewer, session, refused)
    return RedirectResponse(MODELS.page, status_code=303)


def _require_earned(session: Session, row: RouterModel) -> None:
    found = comparing.comparison(session, row, registry.live(session))
    if not (verdict := judge(found)).may:
        raise Misfilled(models_shown.in_words(found, verdict))


def _find(session: Session, model_id: int) -> RouterModel:
    if not 0 < model_id <= LARGEST_ROW:
        raise NotFound(f"There is no router model {model_id}.")
    return registry.find(session, model_id, lock=True)


def _sentence(error: HotlineError) -> str:
    """Return why it is refused; a file that is missing or changed is told as it was found."""
    known = (
        ("names departments", "departments"),
        ("is the shadow now", "another_shadow"),
        ("nothing to go back to", "no_earlier"),
        ("needs a reason", "no_reason"),
        ("no model in", "files"),
        ("not the one that was registered", "files"),
    )
    for part, word in known:
        if part in error.detail:
            return say(f"model_refused.{word}")
    return say("model_refused.state")
