"""写案例: a first text of a case, the same text written on, or a new one of a published case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from dispatch.cases import life, reading, sources, words
from dispatch.cases.models_cases import CaseText, WorkedCase
from dispatch.cases.states import Kind, Status
from dispatch.problems import scopes
from hotline.core.accounts import Actor
from hotline.core.errors import Conflict, Invalid
from hotline.core.events import EventType
from hotline.core.masking import mask_leaving

FIELDS = ("title", "situation", "handling", "basis", "outcome", "lesson")
MOST_TAGS = 10
LONGEST_TAG = 20


@dataclass(frozen=True)
class Wording:
    """All that is written of a case, and the numbers of the tickets that it comes from."""

    kind: Kind
    title: str
    situation: str
    handling: str
    basis: str
    outcome: str
    lesson: str
    matter: str
    tickets: Sequence[str]
    tags: Sequence[str] = ()


def create(session: Session, wording: Wording, *, actor: Actor, now: datetime) -> WorkedCase:
    """Keep a new case with its first draft; numbers and homes are masked in every text.

    Raises Invalid without its words, and as `sources.take` does.
    """
    found = sources.take(session, wording.tickets, actor=actor)
    written = _written(wording)
    case = WorkedCase(district=found[0].district, made_at=now, made_by=str(actor))
    session.add(case)
    session.flush()
    sources.keep(session, case, found, stands=False, actor=actor)
    row = _begin(case, 1, written, actor, now)
    session.add(row)
    life.tell(session, case, row, EventType.CASE_DRAFTED, actor=actor, now=now)
    return case


def write(
    session: Session, case: WorkedCase, wording: Wording, *, actor: Actor, now: datetime
) -> CaseText:
    """Write the draft on, or begin the next text of the case, whose row is locked.

    Raises Conflict while a text waits for review, and as `create` does.
    """
    row = reading.under_way(session, case)
    if row and row.status != Status.DRAFT:
        raise Conflict("A text of this case waits for review.", remedy="Let it be sent back first.")
    found = sources.take(session, wording.tickets, case=case, actor=actor)
    stands = reading.standing(session, case) is not None
    written = _written(wording)
    if row is None:
        row = _begin(case, reading.last_number(session, case) + 1, written, actor, now)
    else:
        for name, value in written.items():
            setattr(row, name, value)
        row.authors = list(dict.fromkeys((*row.authors, str(actor))))
        row.written_at = now
    sources.keep(session, case, found, stands=stands, actor=actor)
    session.add(row)
    life.tell(session, case, row, EventType.CASE_DRAFTED, actor=actor, now=now)
    return row


def _begin(
    case: WorkedCase, number: int, written: dict[str, object], actor: Actor, now: datetime
) -> CaseText:
    begun = {"case_id": case.id, "number": number, "status": Status.DRAFT}
    signed = {"authors": [str(actor)], "written_at": now}
    return CaseText.model_validate({**written, **begun, **signed})


def _written(wording: Wording) -> dict[str, object]:
    texts = {name: mask_leaving(getattr(wording, name).strip()) for name in FIELDS}
    if not all(texts[name] for name in FIELDS if name != "basis"):
        raise Invalid(
            "A case needs its title, situation, handling, outcome and lesson.",
            remedy="Write each of them.",
        )
    tags = list(dict.fromkeys(mask_leaving(each.strip()) for each in wording.tags if each.strip()))
    if len(tags) > MOST_TAGS or any(len(each) > LONGEST_TAG for each in tags):
        raise Invalid("Too many tags, or too long ones.", remedy="Ten short words are enough.")
    matter = mask_leaving(scopes.path(wording.matter))
    said = "\n".join((*texts.values(), *tags, matter))
    keys = words.of_text(said)
    return {**texts, "kind": wording.kind, "matter": matter, "tags": tags, "words": keys}
