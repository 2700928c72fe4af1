"""One letter, and what the hotline does about it: approved, issued, decided on, at its end."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch.letters import answering, drafting, interviews, issuing, measures, publishing
from dispatch.letters.models_letters import Letter
from hotline.console.letters import frame, typed
from hotline.console.letters.frame import Reader, Writer
from hotline.console.writes import LARGEST_ROW, Version, Words
from hotline.core.clock import now
from hotline.web.access import SessionDep

router = APIRouter(include_in_schema=False)


class Done(StrEnum):
    """What needs no more than saying so."""

    APPROVE = "approve"
    ISSUE = "issue"
    ACCEPT = "accept"
    CLOSE = "close"
    PUBLISH = "publish"


_DOES: Mapping[Done, Callable[..., Letter]] = {
    Done.APPROVE: drafting.approve,
    Done.ISSUE: issuing.issue,
    Done.ACCEPT: answering.accept,
    Done.CLOSE: issuing.close,
    Done.PUBLISH: publishing.publish,
}


@router.get("/{letter_id}", response_class=HTMLResponse)
def one(viewer: Reader, letter_id: int, request: Request, session: SessionDep) -> Response:
    """Show one letter."""
    return frame.one(request, session, viewer, frame.found(session, viewer, letter_id))


@router.post("/{letter_id}/do/{action}", response_class=HTMLResponse)
def do(
    viewer: Writer,
    letter_id: int,
    action: Done,
    request: Request,
    session: SessionDep,
    version: Version,
) -> Response:
    """审核、签发、认可、办结、公开."""

    def act(letter: Letter) -> None:
        _DOES[action](session, letter, actor=viewer.actor, now=now())

    return frame.done(request, session, viewer, letter_id, version, act)


@router.post("/{letter_id}/send-back", response_class=HTMLResponse)
def send_back(
    viewer: Writer,
    letter_id: int,
    request: Request,
    session: SessionDep,
    version: Version,
    reason: Words = "",
    again_on: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """退回, to be answered again."""

    def act(letter: Letter) -> None:
        day = typed.day(again_on) if again_on else None
        answering.send_back(session, letter, reason, day, actor=viewer.actor, now=now())

    return frame.done(request, session, viewer, letter_id, version, act)


@router.post("/{letter_id}/record", response_class=HTMLResponse)
def record(
    viewer: Writer,
    letter_id: int,
    request: Request,
    session: SessionDep,
    version: Version,
    text: Words = "",
    agreed: Words = "",
) -> Response:
    """约谈记录, with what was agreed."""

    def act(letter: Letter) -> None:
        todo = typed.agreed(agreed)
        interviews.record(session, letter, text, todo, actor=viewer.actor, now=now())

    return frame.done(request, session, viewer, letter_id, version, act)


@router.post("/{letter_id}/measures/{measure}/done", response_class=HTMLResponse)
def tick_off(
    viewer: Writer,
    letter_id: int,
    measure: int,
    request: Request,
    session: SessionDep,
    version: Version,
) -> Response:
    """核销."""
    return _on_measure(request, session, viewer, letter_id, version, measure, "")


@router.post("/{letter_id}/measures/{measure}/back", response_class=HTMLResponse)
def give_back(
    viewer: Writer,
    letter_id: int,
    measure: int,
    request: Request,
    session: SessionDep,
    version: Version,
    reason: Words = "",
) -> Response:
    """退回 the evidence."""
    return _on_measure(request, session, viewer, letter_id, version, measure, reason or " ")


@router.post("/{letter_id}/withdraw", response_class=HTMLResponse)
def withdraw(
    viewer: Writer,
    letter_id: int,
    request: Request,
    session: SessionDep,
    version: Version,
    reason: Words = "",
) -> Response:
    """撤回."""

    def act(letter: Letter) -> None:
        issuing.withdraw(session, letter, reason, actor=viewer.actor, now=now())

    return frame.done(request, session, viewer, letter_id, version, act)


def _on_measure(
    request: Request,
    session: Session,
    viewer: Writer,
    letter_id: int,
    version: int,
    measure: int,
    reason: str,
) -> Response:
    """Tick the measure off, or give it back for a reason."""

    def act(letter: Letter) -> None:
        key, moment = min(max(measure, 0), LARGEST_ROW), now()
        if reason:
            measures.give_back(session, letter, key, reason, actor=viewer.actor, now=moment)
        else:
            measures.tick_off(session, letter, key, actor=viewer.actor, now=moment)

    return frame.done(request, session, viewer, letter_id, version, act)
