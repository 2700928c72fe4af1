"""案例库 as people read it: published cases by words, matter and kind; the others by who writes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select

from dispatch.cases import sources, words
from dispatch.cases.models_cases import CaseText, WorkedCase
from dispatch.cases.states import STANDING, UNDER_WAY, Kind, Status
from dispatch.sealing import reach
from hotline.core import newest
from hotline.core.accounts import Actor
from hotline.core.errors import NotFound
from hotline.core.security import Permission, may

SHOWN = 50


@dataclass(frozen=True)
class Wanted:
    """Which texts; all of `words` must be in one, `matter` is one with all below it."""

    words: str = ""
    matter: str = ""
    kind: Kind | None = None
    status: Status = Status.PUBLISHED


def listed(
    session: Session,
    wanted: Wanted,
    *,
    reader: Actor,
    before: tuple[datetime, int] | None = None,
    limit: int = SHOWN,
) -> Sequence[CaseText]:
    """Return texts, those written last first; `before` is the moment and id of the last one."""
    query = select(CaseText).join(WorkedCase, col(WorkedCase.id) == CaseText.case_id)
    query = query.where(CaseText.status == wanted.status, _readable(reader), *_said(wanted))
    at, id = col(CaseText.written_at), col(CaseText.id)
    return newest.page(session, query, at, id, before=before, limit=limit)


def find(session: Session, case_id: int, *, reader: Actor, lock: bool = False) -> WorkedCase:
    """Return the case; raise NotFound, for one of which the reader may read no text too."""
    readable = select(CaseText.case_id).where(
        CaseText.case_id == case_id, CaseText.case_id == WorkedCase.id, _readable(reader)
    )
    query = select(WorkedCase).where(WorkedCase.id == case_id)
    query = query.where(readable.correlate(WorkedCase).exists())
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).first()
    if found is None:
        raise NotFound(f"There is no case {case_id}.", remedy="Take one from the list.")
    return found


def texts(session: Session, case: WorkedCase, *, reader: Actor) -> Sequence[CaseText]:
    """Return the case's texts that the reader may read, the newest first."""
    mine = select(CaseText).join(WorkedCase, col(WorkedCase.id) == CaseText.case_id)
    mine = mine.where(CaseText.case_id == case.id, _readable(reader))
    return session.exec(mine.order_by(col(CaseText.number).desc())).all()


def text(session: Session, case: WorkedCase, number: int) -> CaseText:
    """Return the case's text of this number; raise NotFound."""
    mine = select(CaseText).where(CaseText.case_id == case.id, CaseText.number == number)
    found = session.exec(mine).first()
    if found is None:
        raise NotFound(f"Case {case.id} has no text {number}.", remedy="Read the case again.")
    return found


def shown_by_id(session: Session, ids: Collection[int]) -> dict[int, tuple[WorkedCase, CaseText]]:
    """Return the published texts of these cases that everybody inside may read at this moment."""
    if not ids:
        return {}
    asked = select(WorkedCase, CaseText).join(CaseText, col(CaseText.case_id) == WorkedCase.id)
    found = session.exec(asked.where(col(WorkedCase.id).in_(ids), _stands_lawfully()))
    return {case.id or 0: (case, text) for case, text in found}


def under_way(session: Session, case: WorkedCase) -> CaseText | None:
    """Return the text that is being written or reviewed, if there is one."""
    return _one(session, case, UNDER_WAY)


def standing(session: Session, case: WorkedCase) -> CaseText | None:
    """Return the text that is published, or was until a source was lost."""
    return _one(session, case, STANDING)


def last_number(session: Session, case: WorkedCase) -> int:
    """Return the number of the newest text."""
    newest = select(func.max(CaseText.number)).where(CaseText.case_id == case.id)
    return session.exec(newest).one() or 0


def _one(session: Session, case: WorkedCase, among: Sequence[Status]) -> CaseText | None:
    mine = select(CaseText).where(CaseText.case_id == case.id, col(CaseText.status).in_(among))
    return session.exec(mine).first()


def _readable(reader: Actor) -> ColumnElement[bool]:
    """Return the condition that the reader may read the text.

    What is published is there for everybody inside, whatever their district, until a source is
    lost: from that moment on, whatever its status still says. Whoever writes reads all of theirs.
    """
    if may(reader, Permission.CASE_WRITE):
        return or_(_stands_lawfully(), reach.in_area(reader, WorkedCase))
    return _stands_lawfully()


def _stands_lawfully() -> ColumnElement[bool]:
    lost = sources.lost(col(CaseText.case_id))
    return and_(col(CaseText.status) == Status.PUBLISHED, ~lost)


def _said(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.kind:
        found.append(col(CaseText.kind) == wanted.kind)
    if wanted.matter:
        below = col(CaseText.matter).startswith(f"{wanted.matter}/", autoescape=True)
        found.append(or_(col(CaseText.matter) == wanted.matter, below))
    held: Any = col(CaseText.words)
    if asked := words.asked(wanted.words):
        found.append(held.contains(asked))
    return found
