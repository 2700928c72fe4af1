"""评分卡: one card's criteria and fatal items, edited row by row; saved as its next version."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.inspection import cards, scoring
from dispatch.inspection.scoring import Card
from dispatch.inspection.states import Kind
from hotline.console.administration.frame import Refusal
from hotline.console.frame import Viewer
from hotline.console.inspection.frame import MOST_MARKS, Planner, shown, tried
from hotline.console.inspection.typed import card_typed
from hotline.core.clock import now
from hotline.web.access import SessionDep

SPARE_ROWS = 3

router = APIRouter(prefix="/cards", include_in_schema=False)

Code = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
Percent = Annotated[int, Form(ge=0, le=100)]
NewCode = Annotated[str, Form(pattern=r"^(|[a-z][a-z0-9-]{1,39})$")]
Line = Annotated[str, Form(max_length=200)]
Rows = Annotated[Sequence[str], Form(max_length=MOST_MARKS)]


@router.get("/{code}", response_class=HTMLResponse)
def show(viewer: Planner, code: Code, request: Request, session: SessionDep) -> Response:
    """Show the card's newest version."""
    return _page(request, session, viewer, code)


@dataclass
class TypedCard:
    """The card as it was typed, row by row."""

    title: Line
    pass_mark: Percent
    title_en: Line = ""
    item: Rows = ()
    weight: Rows = ()
    zh: Rows = ()
    en: Rows = ()
    bad: Rows = ()
    bad_zh: Rows = ()
    bad_en: Rows = ()

    def card(self) -> Card:
        """Return it; raise Invalid for one that is not sound."""
        criteria = list(zip(self.item, self.weight, self.zh, self.en, strict=False))
        fatal = list(zip(self.bad, self.bad_zh, self.bad_en, strict=False))
        titles = (self.title, self.title_en)
        return scoring.card_of(card_typed(titles, self.pass_mark, criteria, fatal))


@router.post("/{code}", response_class=HTMLResponse)
def save(
    viewer: Planner,
    code: Code,
    request: Request,
    session: SessionDep,
    seen: Annotated[int, Form(ge=0)],
    typed: Annotated[TypedCard, Depends()],
    code_as: NewCode = "",
) -> Response:
    """保存新版本; with another code, as a new card of the same kind."""

    def act() -> None:
        kind, name = Kind(cards.find(session, code).kind), code_as or code
        at = seen if name == code else 0
        cards.write(session, name, kind, typed.card(), seen=at, actor=viewer.actor, now=now())

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
