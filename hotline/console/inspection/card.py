"""评分卡: one card's criteria and fatal items, edited row by row; saved as its next version."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.inspection import cards, scoring
from dispatch.inspection.states import Kind
from hotline.console.administration.frame import Refusal
from hotline.console.frame import Viewer
from hotline.console.inspection.frame import Planner, Texts, shown, tried
from hotline.console.inspection.typed import card_typed
from hotline.core.clock import now
from hotline.web.access import SessionDep

SPARE_ROWS = 3

router = APIRouter(prefix="/cards", include_in_schema=False)

Code = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
Percent = Annotated[int, Form(ge=0, le=100)]
NewCode = Annotated[str, Form(pattern=r"^(|[a-z][a-z0-9-]{1,39})$")]
Line = Annotated[str, Form(max_length=200)]


@router.get("/{code}", response_class=HTMLResponse)
def show(viewer: Planner, code: Code, request: Request, session: SessionDep) -> Response:
    """Show the card's newest version."""
    return _page(request, session, viewer, code)


@router.post("/{code}", response_class=HTMLResponse)
def save(
    viewer: Planner,
    code: Code,
    request: Request,
    session: SessionDep,
    seen: Annotated[int, Form(ge=0)],
    title: Line,
    pass_mark: Percent,
    title_en: Line = "",
    item: Texts = [],  # noqa: B006  # never changed
    weight: Texts = [],  # noqa: B006
    zh: Texts = [],  # noqa: B006
    en: Texts = [],  # noqa: B006
    bad: Texts = [],  # noqa: B006
    bad_zh: Texts = [],  # noqa: B006
    bad_en: Texts = [],  # noqa: B006
    code_as: NewCode = "",
) -> Response:
    """保存新版本; with another code, as a new card of the same kind."""

    def act() -> None:
        criteria = list(zip(item, weight, zh, en, strict=False))
        fatal = list(zip(bad, bad_zh, bad_en, strict=False))
        body = card_typed((title, title_en), pass_mark, criteria, fatal)
        kind, given = Kind(cards.find(session, code).kind), scoring.card_of(body)
        name = code_as or code
        at = seen if name == code else 0
        cards.write(session, name, kind, given, seen=at, actor=viewer.actor, now=now())

    return tried(
        session, act, "/setup", lambda refused: _page(request, session, viewer, code, refused)
    )


def _page(
    request: Request,
    session: Session,
    viewer: Viewer,
    code: str,
    refused: Refusal | None = None,
) -> Response:
    row = cards.find(session, code)
    return shown(
        request,
        viewer,
        "card",
        "setup",
        refused=refused,
        row=row,
        card=cards.card(row),
        spare=range(SPARE_ROWS),
    )
