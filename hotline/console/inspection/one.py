"""质检单: the transcript with its flags, the recording, the ticket, the card; marked, decided."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from dispatch import tickets
from dispatch.inspection import appeals, flags, handing, inspections
from dispatch.inspection.appeals import Decision
from dispatch.inspection.handing import Why
from dispatch.inspection.models_inspection import Inspection
from dispatch.inspection.scoring import Level
from dispatch.inspection.states import State, Verdict
from dispatch.models import Ticket
from dispatch.sealing import reach
from hotline.console import story, tapes
from hotline.console.administration.frame import Refusal, plain
from hotline.console.frame import Viewer
from hotline.console.inspection.choosing import inspectors
from hotline.console.inspection.frame import (
    PAGE,
    Decider,
    Hander,
    Inspector,
    Reader,
    Row,
    Short,
    Texts,
    Words,
    marks_of,
    shown,
    tried,
)
from hotline.console.inspection.lines import appealed, flagged, lines, marks
from hotline.console.inspection.listening import tape_of
from hotline.console.one_row import on_row
from hotline.console.recordings import sound_of
from hotline.console.writes import Version
from hotline.core.accounts import Account
from hotline.core.clock import now
from hotline.web.access import SessionDep
from telephony import records, spoken

router = APIRouter(include_in_schema=False)

Act = Callable[[Inspection], object]


@router.get("/{inspection_id}", response_class=HTMLResponse)
def show(viewer: Reader, inspection_id: Row, request: Request, session: SessionDep) -> Response:
    """Show one inspection."""
    found = inspections.find(session, inspection_id, reader=viewer.actor)
    return _page(request, session, viewer, found)


@router.post("/{inspection_id}/take", response_class=HTMLResponse)
def take(
    viewer: Inspector, inspection_id: Row, request: Request, session: SessionDep, version: Version
) -> Response:
    """认领."""

    def act(found: Inspection) -> None:
        inspections.take(session, found, actor=viewer.actor, now=now())

    return _done(request, session, viewer, inspection_id, version, act)


@router.post("/{inspection_id}/hand-over", response_class=HTMLResponse)
def hand_over(
    viewer: Hander,
    inspection_id: Row,
    request: Request,
    session: SessionDep,
    version: Version,
    to: Short,
    why: Annotated[Why, Form()],
) -> Response:
    """移交."""

    def act(found: Inspection) -> None:
        handing.hand_over(session, found, plain(to), why, actor=viewer.actor, now=now())

    return _done(request, session, viewer, inspection_id, version, act)


@router.post("/{inspection_id}/marks", response_class=HTMLResponse)
def mark(
    viewer: Inspector,
    inspection_id: Row,
    request: Request,
    session: SessionDep,
    version: Version,
    do: Annotated[str, Form(pattern="^(save|submit)$")],
    criterion: Texts = [],  # noqa: B006  # never changed
    level: Texts = [],  # noqa: B006
    fatal: Texts = [],  # noqa: B006
    note: Words = "",
) -> Response:
    """保存草稿、提交."""
    verb = inspections.submit if do == "submit" else inspections.save
    marked = marks_of(criterion, level, fatal, note)

    def act(found: Inspection) -> None:
        verb(session, found, marked, actor=viewer.actor, now=now())

    return _done(request, session, viewer, inspection_id, version, act)


@router.post("/{inspection_id}/decision", response_class=HTMLResponse)
def decide(
    viewer: Decider,
    inspection_id: Row,
    request: Request,
    session: SessionDep,
    version: Version,
    verdict: Annotated[Verdict, Form()],
    answer: Words,
    criterion: Texts = [],  # noqa: B006  # never changed
    level: Texts = [],  # noqa: B006
    fatal: Texts = [],  # noqa: B006
) -> Response:
    """裁定: the marks count for 改判 alone."""
    marked = marks_of(criterion, level, fatal, "") if verdict is Verdict.CHANGED else None

    def act(found: Inspection) -> None:
        decision = Decision(verdict, answer, marked)
        appeals.decide(session, found, decision, actor=viewer.actor, now=now())

    return _done(request, session, viewer, inspection_id, version, act)


@router.post("/{inspection_id}/flags/{flag_id}", response_class=HTMLResponse)
def judge(
    viewer: Inspector,
    inspection_id: Row,
    flag_id: Row,
    request: Request,
    session: SessionDep,
    false_alarm: Annotated[bool, Form()],
) -> Response:
    """误报、属实: back to the same inspection."""
    found = inspections.find(session, inspection_id, reader=viewer.actor)

    def act() -> None:
        flag = flags.find(session, flag_id, reader=viewer.actor, lock=True)
        flags.judge(session, flag, false_alarm=false_alarm, actor=viewer.actor, now=now())

    return tried(
        session,
        act,
        f"/{inspection_id}#flags",
        lambda refused: _page(request, session, viewer, found, refused),
    )


def heard(session: Session, found: Inspection, viewer: Viewer) -> dict[str, Any]:
    """Return the ticket, its recording, and what was said, as far as the viewer may see them."""
    ticket = _ticket(session, found, viewer)
    call_id = found.call_id or (ticket.call_id if ticket else None)
    transcript = spoken.lines(session, records.get_call(session, call_id)) if call_id else []
    sound = sound_of(session, ticket, viewer) if ticket else None
    return {"ticket": ticket, "sound": sound, "transcript": transcript}


def _heard_here(session: Session, found: Inspection, viewer: Viewer) -> dict[str, Any]:
    """Return the same, with the player of a call that has no ticket to be heard on."""
    there, tape = heard(session, found, viewer), tape_of(session, found)
    return there if tape is None else {**there, "sound": tapes.sound(session, tape, viewer)}


def _ticket(session: Session, found: Inspection, viewer: Viewer) -> Ticket | None:
    if found.ticket_id:
        ticket: Ticket | None = session.get_one(Ticket, found.ticket_id)
    elif found.call_id:
        ticket = tickets.of_call(session, found.call_id)
    else:
        ticket = None
    return ticket if ticket and reach.sees(session, viewer.actor, ticket) else None


def _done(
    request: Request,
    session: Session,
    viewer: Viewer,
    inspection_id: int,
    version: int,
    act: Act,
) -> Response:
    found = inspections.find(session, inspection_id, reader=viewer.actor, lock=True)

    def again(refused: Refusal) -> Response:
        return _page(request, session, viewer, found, refused)

    return on_row(session, found, version, act, back=f"{PAGE}/{inspection_id}", again=again)


def _may(session: Session, viewer: Viewer, found: Inspection) -> dict[str, bool]:
    """Return what the viewer may do with it now."""
    me, may = viewer.actor.name, viewer.may
    strange = me not in (found.inspector, found.agent)
    scores = "inspection.score" in may and found.agent != me
    return {
        "marks_it": found.inspector == me and inspections.is_open(found),
        "takes_it": scores and inspections.is_free(session, found),
        "judges": scores,
        "hands_over": handing.may_be_handed(found, viewer.actor) and "inspection.hand" in may,
        "decides": found.state == State.APPEALED and strange and "inspection.decide" in may,
    }


def _others(session: Session, viewer: Viewer, found: Inspection) -> list[Account]:
    """Return to whom the viewer may hand it: neither to a party of it nor to themselves."""
    parties = (found.agent, found.inspector, viewer.actor.name)
    return [each for each in inspectors(session) if each.username not in parties]


def _page(
    request: Request,
    session: Session,
    viewer: Viewer,
    found: Inspection,
    refused: Refusal | None = None,
) -> Response:
    there = _heard_here(session, found, viewer)
    card = inspections.card_of(session, found)
    criteria, fatal = marks(card, found)
    told = {
        "one": lines(session, [found], now=now())[0],
        "card": card,
        "criteria": criteria,
        "fatal": fatal,
        "levels": list(Level),
        "note": inspections.note_of(session, found),
        "flags": flagged(session, found, there["transcript"]),
        "appeal": appealed(session, found),
        "story": story.tell(session, inspections.story(session, found)),
        "others": _others(session, viewer, found),
        "handing": list(Why),
    }
    may = _may(session, viewer, found)
    return shown(request, viewer, "one", "work", refused=refused, **told, **there, **may)
