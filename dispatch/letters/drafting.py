"""起草与审核: a letter is written, checked whole, and approved by somebody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, delete, select

from dispatch.indicators import seeing
from dispatch.letters import references, signing, states, subjects, telling
from dispatch.letters.models_letters import Letter, LetterRecipient
from dispatch.letters.references import Reference
from dispatch.letters.states import Action, Kind, Standing, Status
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.clock import beijing_day
from hotline.core.errors import Conflict, Invalid, NotAllowed
from hotline.core.events import Event, EventType
from knowledge.models import Department

MOST_OFFICES = 20
FURTHEST = timedelta(days=731)  # a clock tells every day it counted: a slip of the year costs dear
_WRITTEN = (
    EventType.LETTER_DRAFTED,
    EventType.LETTER_REVISED,
    EventType.LETTER_FILE_ADDED,
    EventType.LETTER_FILE_REMOVED,
)


@dataclass(frozen=True)
class Meeting:
    """约谈: when, where, and who takes part, by office."""

    at: datetime
    place: str
    offices: Sequence[str]


@dataclass(frozen=True)
class Draft:
    """What a letter says. `departments` are codes; `everybody` names all that take orders.

    `answer_on`: by when a rectification is answered; without it the limits say.
    """

    kind: Kind
    subject: str
    body: str
    departments: Sequence[str] = ()
    everybody: bool = False
    basis: str = ""
    clause: str = ""
    references: Sequence[Reference] = ()
    answer_on: date | None = None
    meeting: Meeting | None = None


def draft(session: Session, given: Draft, district: str, *, actor: Actor, now: datetime) -> Letter:
    """起草: keep the letter, of this district; raise Invalid for what no letter of its kind is."""
    letter = Letter(
        version=0,
        kind=given.kind,
        status=Status.DRAFT,
        district=district,
        subject="",
        basis="",
        clause="",
        body="",
        named=[],
        offices=[],
        drafted_at=now,
        drafted_by=str(actor),
    )
    _write(session, letter, given, actor=actor, now=now)
    telling.tell(session, letter, EventType.LETTER_DRAFTED, actor=actor, now=now)
    return letter


def revise(
    session: Session, letter: Letter, given: Draft, *, actor: Actor, now: datetime
) -> Letter:
    """修改: replace what the letter, which is locked, says; what was approved is approved anew.

    Raises Conflict once it is issued, and for another kind.
    """
    if given.kind != letter.kind:
        raise Conflict("A letter keeps its kind.", remedy="Withdraw it and write another.")
    letter.status = states.after(Status(letter.status), Action.REVISE)
    _write(session, letter, given, actor=actor, now=now)
    letter.revised_by, letter.approved_by, letter.approved_at = str(actor), "", None
    telling.tell(session, letter, EventType.LETTER_REVISED, actor=actor, now=now)
    return letter


def approve(session: Session, letter: Letter, *, actor: Actor, now: datetime) -> Letter:
    """审核, with its files: by somebody who wrote nothing of it; raise NotAllowed for whoever did.

    What is approved stands in the letter's history as a digest (`signing`).
    """
    status = states.after(Status(letter.status), Action.APPROVE)
    if str(actor) in writers(session, letter):
        raise NotAllowed(
            "Who wrote a letter does not approve it.", remedy="Let somebody else read it."
        )
    approved, signed = EventType.LETTER_APPROVED, signing.signature(session, letter)
    letter.status, letter.approved_at, letter.approved_by = status, now, str(actor)
    telling.tell(session, letter, approved, actor=actor, now=now, signed=signed)
    return letter


def writers(session: Session, letter: Letter) -> frozenset[str]:
    """Return everybody who wrote of the letter or its files: who changed it last hides nobody."""
    wrote = select(Event.actor).where(
        Event.chain == subjects.chain(letter.id or 0), col(Event.type).in_(_WRITTEN)
    )
    return frozenset(session.exec(wrote).all())


def masked(text: str, what: str) -> str:
    """Return the words without a person's numbers; raise Invalid where there are none."""
    if not text.strip():
        raise Invalid(f"The {what} is empty.", remedy="Write it in a sentence.")
    return privacy.mask_text(text.strip())


def _write(session: Session, letter: Letter, given: Draft, *, actor: Actor, now: datetime) -> None:
    departments = _departments(session, given, actor)
    _require_whole(given, now)
    letter.subject = masked(given.subject, "subject")
    letter.body = masked(given.body, "text")
    letter.basis, letter.clause = (
        privacy.mask_text(each.strip()) for each in (given.basis, given.clause)
    )
    letter.named = references.checked(session, given.references, departments, actor=actor)
    letter.answer_on = given.answer_on
    meeting = given.meeting
    letter.meets_at = meeting.at if meeting else None
    letter.place = privacy.mask_text(meeting.place.strip()) if meeting else ""
    letter.offices = [privacy.mask_text(each) for each in meeting.offices] if meeting else []
    session.add(letter)
    session.flush()
    _address(session, letter, departments)


def _address(session: Session, letter: Letter, departments: Sequence[str]) -> None:
    session.exec(delete(LetterRecipient).where(col(LetterRecipient.letter_id) == letter.id))
    session.add_all(
        LetterRecipient(letter_id=letter.id or 0, department=each, standing=Standing.SENT)
        for each in departments
    )
    session.flush()


def _departments(session: Session, given: Draft, actor: Actor) -> list[str]:
    """Return the recipients' codes; raise Invalid for one outside the writer's area too."""
    query = select(Department.code).where(Department.accepts)
    if actor.district:
        query = query.where(col(Department.district_code).in_(seeing.area(actor.district)))
    if not given.everybody:
        query = query.where(col(Department.code).in_(given.departments))
    found = list(session.exec(query.order_by(col(Department.code))).all())
    missing = sorted(set(given.departments) - set(found)) if not given.everybody else []
    if missing or not found:
        raise Invalid(
            f"No department to write to: {', '.join(missing) or 'none is named'}.",
            remedy="Choose one from the directory, in your district.",
        )
    if given.kind is not Kind.BULLETIN and len(found) > 1:
        raise Invalid("Only a bulletin goes to several.", remedy="Write to each by itself.")
    return found


def _require_whole(given: Draft, now: datetime) -> None:
    if given.kind is Kind.RECTIFICATION and not given.basis.strip():
        raise Invalid(
            "A rectification letter needs its basis.", remedy="Name the document and the clause."
        )
    if given.answer_on and given.kind is not Kind.RECTIFICATION:
        raise Invalid("Only a rectification is answered.", remedy="Leave the day out.")
    if given.answer_on:
        require_later(given.answer_on, now)
    if (given.kind is Kind.INTERVIEW) != (given.meeting is not None):
        raise Invalid("An interview alone has a meeting.", remedy="Give its date and place.")
    if given.meeting:
        _require_meeting(given.meeting)


def _require_meeting(meeting: Meeting) -> None:
    offices = [each for each in meeting.offices if each.strip()]
    if not meeting.place.strip() or not offices:
        raise Invalid(
            "An interview needs a place and who takes part.", remedy="Name them by office."
        )
    if len(offices) > MOST_OFFICES:
        raise Invalid("Too many take part.", remedy=f"Name at most {MOST_OFFICES} offices.")


def require_later(day: date, now: datetime) -> None:
    """Raise Invalid unless a limit can end on the day: after today, and within two years."""
    ahead = day - beijing_day(now)
    if ahead.days < 1:
        raise Invalid(f"{day} is not after today.", remedy="Name a later day.")
    if ahead > FURTHEST:
        raise Invalid(f"{day} is too far ahead.", remedy=f"Name one within {FURTHEST.days} days.")
