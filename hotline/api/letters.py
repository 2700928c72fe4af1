"""函件 over HTTP, for departments' systems: read, acknowledged, answered, objected to."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from dispatch.letters import answering, interviews, measures, reading, references
from dispatch.letters.answering import Answer
from dispatch.letters.models_letters import Letter
from dispatch.letters.reading import Wanted
from dispatch.letters.states import Kind, Status
from dispatch.models import Clock
from hotline.api import letter_file_views
from hotline.api.fields import Number, RowId
from hotline.api.schemas_letters import (
    EvidenceIn,
    LetterAnswerIn,
    LetterAnswerOut,
    LetterClockOut,
    LetterLine,
    LetterOut,
    LetterPage,
    MeasureOut,
    ObjectionIn,
    RecordOut,
    ReferenceOut,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.security import Permission
from hotline.web.access import SessionDep, permit
from hotline.web.paging import DEFAULT_LIMIT, MOST, link_next, row_after
from hotline.web.problems import READING, WRITING
from hotline.web.versions import tag

router = APIRouter(prefix="/api/v1/letters", tags=["letters"], responses=READING)

Recipient = Annotated[Actor, Depends(permit(Permission.LETTER_ANSWER))]


class Write:
    """One write on the letter that the path names."""

    def __init__(self, number: Number, write: Writing) -> None:
        self.session, self._write, self._number = write.session, write, number

    def do(self, act: Callable[[Letter], object], actor: Actor, given: str) -> Any:
        """Return the letter as `act` leaves it, or the answer kept under the same key."""

        def find() -> Letter:
            return reading.by_number(self.session, self._number, reader=actor, lock=True)

        def show(session: Session, letter: Letter) -> LetterOut:
            return letter_out(session, letter, actor)

        return self._write.change(find, act, show, actor, given)


LetterWrite = Annotated[Write, Depends()]


@router.get("", operation_id="list_letters", summary="List letters (通报、整改通知、约谈)")
def list_letters(
    actor: Recipient,
    session: SessionDep,
    request: Request,
    response: Response,
    status: Status | None = None,
    kind: Kind | None = None,
    late: bool = False,
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = DEFAULT_LIMIT,
) -> LetterPage:
    """Return the letters that were issued to one's department, the newest first."""
    wanted, before = Wanted(status, kind, late), row_after(cursor)
    found = reading.listed(session, wanted, reader=actor, before=before, now=now(), limit=limit)
    following = str(found[-1].id) if len(found) == limit else None
    link_next(request, response, following)
    return LetterPage(items=_lines(session, found, actor), next=following)


@router.get("/{number}", operation_id="get_letter", summary="Read a letter")
def get_letter(
    actor: Recipient, number: Number, session: SessionDep, response: Response
) -> LetterOut:
    """Return the letter with what is due, and what was said so far."""
    letter = reading.by_number(session, number, reader=actor)
    tag(response, letter.version)
    return letter_out(session, letter, actor)


@router.post(
    "/{number}/acknowledge",
    operation_id="acknowledge_letter",
    summary="Acknowledge a letter (签收)",
    response_model=LetterOut,
    responses=WRITING,
)
def acknowledge_letter(actor: Recipient, write: LetterWrite) -> Any:
    """签收: one's department has it."""

    def act(letter: Letter) -> None:
        answering.acknowledge(write.session, letter, actor=actor, now=now())

    return write.do(act, actor, "")


@router.post(
    "/{number}/answer",
    operation_id="answer_letter",
    summary="Answer a rectification letter (整改答复)",
    response_model=LetterOut,
    responses=WRITING,
)
def answer_letter(actor: Recipient, write: LetterWrite, given: LetterAnswerIn) -> Any:
    """答复, with the files that were added for it; accepted, or sent back with a reason."""
    told = Answer(given.measures, given.result, given.files)

    def act(letter: Letter) -> None:
        answering.answer(write.session, letter, told, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{number}/confirm",
    operation_id="confirm_letter_record",
    summary="Confirm an interview's record (约谈记录确认)",
    response_model=LetterOut,
    responses=WRITING,
)
def confirm_letter_record(actor: Recipient, write: LetterWrite) -> Any:
    """确认: the newest record is right."""

    def act(letter: Letter) -> None:
        interviews.confirm(write.session, letter, actor=actor, now=now())

    return write.do(act, actor, "")


@router.post(
    "/{number}/objection",
    operation_id="object_to_letter_record",
    summary="Object to an interview's record (约谈记录异议)",
    response_model=LetterOut,
    responses=WRITING,
)
def object_to_letter_record(actor: Recipient, write: LetterWrite, given: ObjectionIn) -> Any:
    """异议: it stands beside the record."""

    def act(letter: Letter) -> None:
        interviews.object_to(write.session, letter, given.objection, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


@router.post(
    "/{number}/measures/{measure}/report",
    operation_id="report_letter_measure",
    summary="Report an agreed measure as done (措施报落实)",
    response_model=LetterOut,
    responses=WRITING,
)
def report_letter_measure(
    actor: Recipient, measure: RowId, write: LetterWrite, given: EvidenceIn
) -> Any:
    """报落实, with evidence; whoever called the meeting ticks it off."""

    def act(letter: Letter) -> None:
        said = given.evidence
        measures.report(write.session, letter, measure, said, actor=actor, now=now())

    return write.do(act, actor, given.model_dump_json())


def letter_out(session: Session, letter: Letter, actor: Actor) -> LetterOut:
    """Return the letter as the actor's department reads it."""
    recipient = reading.mine(session, letter, actor)
    found = references.shown(session, letter, actor)
    running = reading.clocks_of(session, letter, reader=actor)
    answers, records = reading.answers(session, letter), reading.records(session, letter)
    return LetterOut.model_validate(
        {
            **letter.model_dump(exclude={"named"}),
            "standing": recipient.standing,
            "acknowledged_at": recipient.acknowledged_at,
            "references": [ReferenceOut.model_validate(each) for each in found],
            "files": letter_file_views.listed(session, letter, actor),
            "due": [_clock_out(each) for each in running],
            "answers": [LetterAnswerOut.model_validate(each) for each in answers],
            "records": [RecordOut.model_validate(each) for each in records],
            "measures": [
                MeasureOut.model_validate(each) for each in reading.measures(session, letter)
            ],
        }
    )


def _lines(session: Session, found: Sequence[Letter], actor: Actor) -> list[LetterLine]:
    standings = reading.standings(session, found, actor)
    due = reading.first_due(session, found, reader=actor)
    return [
        LetterLine.model_validate(
            {
                **each.model_dump(),
                "standing": standings[each.id or 0],
                "due": due[each.id or 0].kind if each.id in due else "",
                "due_at": due[each.id or 0].due_at if each.id in due else None,
            }
        )
        for each in found
    ]


def _clock_out(clock: Clock) -> LetterClockOut:
    _, _, _, *measure = clock.subject.split(":")
    return LetterClockOut(
        kind=clock.kind,
        measure=int(measure[0]) if measure else None,
        limit=clock.limit,
        warning_at=clock.warning_at,
        due_at=clock.due_at,
        provisional=clock.provisional,
    )
