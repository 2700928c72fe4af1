"""How a case's text moves on: the one place where its status changes, each time with one event."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from dispatch import stages
from dispatch.cases import findings, reading, sources
from dispatch.cases.findings import Finding
from dispatch.cases.models_cases import CaseText, WorkedCase
from dispatch.cases.states import NEEDS_REASON, UNDER_WAY, Action, Status, advance
from hotline.core import events
from hotline.core.accounts import MACHINE, Actor
from hotline.core.errors import Conflict, Invalid, NotAllowed
from hotline.core.events import Event, EventType
from knowledge.articles import changes

AT_ONCE = 200
_SAID = ("title", "situation", "handling", "basis", "outcome", "lesson", "matter")
_A = Action
_TOLD: Mapping[Action, EventType] = {
    _A.SUBMIT: EventType.CASE_SUBMITTED,
    _A.SEND_BACK: EventType.CASE_SENT_BACK,
    _A.PUBLISH: EventType.CASE_PUBLISHED,
    _A.RECALL: EventType.CASE_RECALLED,
    _A.WITHDRAW: EventType.CASE_WITHDRAWN,
}


def act(
    session: Session,
    case: WorkedCase,
    number: int,
    action: Action,
    reason: str = "",
    *,
    confirmed: Collection[str] = (),
    actor: Actor,
    now: datetime,
) -> CaseText:
    """Move the case's text of this number on; the case's row is locked.

    To publish, each finding must be `confirmed` by its key. Raises NotAllowed for an author who
    would judge their own words, Conflict where its status, its sources or another text forbid it,
    Invalid without a reason or a confirmation that is needed.
    """
    row = reading.text(session, case, number)
    after = _after(session, case, row, action, actor)
    why = stages.why(reason) if action in NEEDS_REASON else ""
    if action is _A.PUBLISH:
        _publish(session, case, row, frozenset(confirmed), actor=actor, now=now)
    _move(session, case, row, after, why)
    return tell(session, case, row, _TOLD[action], actor=actor, now=now)


def to_confirm(row: CaseText) -> list[Finding]:
    """Return what of the text a publisher must confirm to name nobody."""
    said = {name: getattr(row, name) for name in _SAID}
    return findings.find({**said, "tags": " ".join(row.tags)})


def recall_lost(session: Session, *, now: datetime) -> int:
    """Take published texts back to review whose sources were closed or erased; return how many.

    What another process holds is left to the next sweep: nobody reads it meanwhile.
    """
    lost = (
        select(WorkedCase)
        .join(CaseText, col(CaseText.case_id) == WorkedCase.id)
        .where(CaseText.status == Status.PUBLISHED, sources.lost(col(WorkedCase.id)))
        .order_by(col(WorkedCase.id))
        .limit(AT_ONCE)
        .with_for_update(of=WorkedCase, skip_locked=True)
    )
    found = session.exec(lost).all()
    for case in found:
        row = reading.standing(session, case)
        if row and row.status == Status.PUBLISHED:
            act(session, case, row.number, _A.RECALL, actor=MACHINE, now=now)
    return len(found)


def chain(case: WorkedCase) -> str:
    """Return the name of the case's chain of events."""
    return f"case:{case.id}"


def tell(
    session: Session,
    case: WorkedCase,
    row: CaseText,
    type: EventType,
    *,
    actor: Actor,
    now: datetime,
) -> CaseText:
    """Add what happened to the case's history, by numbers alone, and count its version up."""
    case.version += 1
    session.add(case)
    session.flush()
    known: dict[str, Any] = {"case": case.id, "text_version": row.number}
    events.append(session, type, chain=chain(case), actor=str(actor), now=now, **known)
    return row


def story(session: Session, case: WorkedCase) -> list[Event]:
    """Return all that happened to it, oldest first."""
    return list(events.history(session, chain(case)))


def _after(
    session: Session, case: WorkedCase, row: CaseText, action: Action, actor: Actor
) -> Status:
    """Return the status that the action leads to, for whom it is open."""
    after = advance(Status(row.status), action)
    if action in (_A.PUBLISH, _A.SEND_BACK) and str(actor) in row.authors:
        raise NotAllowed("Who wrote a case does not judge it.", remedy="Let somebody else do it.")
    begins = after in UNDER_WAY and row.status not in UNDER_WAY
    if begins and reading.under_way(session, case):
        raise Conflict("Another text of this case is under way.", remedy="Publish that one.")
    return after


def _move(session: Session, case: WorkedCase, row: CaseText, after: Status, why: str) -> None:
    """Let the text be in this status; a searcher sees by the case's number that it changed."""
    if Status.PUBLISHED in (row.status, after):
        case.changed = changes.take(session)
    # Nobody looks through what is said beside a text that everybody reads: of most steps, nothing.
    row.status, row.reason = after, why
    session.add(row)


def _publish(
    session: Session,
    case: WorkedCase,
    row: CaseText,
    confirmed: frozenset[str],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    _require_confirmed(to_confirm(row), confirmed)
    sources.require_lawful(session, case)
    _replace(session, case, row)
    row.published_at, row.published_by = now, str(actor)


def _require_confirmed(found: list[Finding], confirmed: frozenset[str]) -> None:
    if findings.unconfirmed(found, confirmed):
        raise Invalid(
            "Not everything that may name somebody is confirmed.",
            remedy="Look at each finding: confirm it, or send the text back.",
        )


def _replace(session: Session, case: WorkedCase, row: CaseText) -> None:
    before = reading.standing(session, case)
    if before and before.id != row.id:
        before.status = advance(Status(before.status), _A.REPLACE)
        session.add(before)
        session.flush()  # one text stands at a time, at every moment
