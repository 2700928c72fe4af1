"""填单草稿: what an agent has decided of a call's form so far, kept as it is typed.

What an agent wrote or took stands: nothing but the agent replaces it. What they refused is not
offered again.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, exists
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from dispatch.drafting.models_drafts import CallDraft
from dispatch.models import Reminder, Ticket
from dispatch.sealing import reach
from hotline.core import privacy
from hotline.core.accounts import Actor
from hotline.core.privacy import Person
from telephony.models import Call

MOST_LETTERS = 4000
KEPT_FOR = timedelta(days=30)  # a form that nobody came back to
BESIDE_WITHIN = timedelta(minutes=2)
_PURPOSE = "draft"
_MOST_REFUSED = 20


class FieldName(StrEnum):
    """The form's fields by their keys: what is written first, then how it is sorted."""

    SUMMARY = "summary"
    TITLE = "title"
    REQUEST_TYPE = "request_type"
    DISTRICT = "district"
    ADDRESS = "address"
    MATTER = "matter"
    DEPARTMENT = "department"
    URGENCY = "urgency"


@dataclass(frozen=True)
class Form:
    """The fields as they stand: `values` by name, which of them were taken from a suggestion, and
    what was refused of each."""

    values: Mapping[str, str] = field(default_factory=dict)
    taken: Sequence[str] = ()
    refused: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def of(self, name: FieldName) -> str:
        """Return what stands in the field, without the space around it."""
        return self.values.get(name, "").strip()


@dataclass(frozen=True)
class Draft:
    """A form and how often it was saved; version 0 is one that nobody has begun."""

    form: Form
    version: int = 0
    saved_at: datetime | None = None


NOTHING = Draft(Form())


def load(session: Session, call: Call, actor: Actor) -> Draft:
    """Return the actor's draft of the call; of an erased caller's nothing is left."""
    row = session.get(CallDraft, (call.id, str(actor)), populate_existing=True)
    return _opened(session, call, row) if row else NOTHING


def write(
    session: Session, call: Call, changed: Mapping[str, str], *, actor: Actor, now: datetime
) -> Draft:
    """Keep what was typed into these fields; others stay as another tab left them."""
    before = _locked(session, call, actor, now).form
    known = {name: value[:MOST_LETTERS] for name, value in changed.items() if name in _NAMES}
    new = {name: value for name, value in known.items() if value != before.values.get(name, "")}
    if not new:
        return load(session, call, actor)
    taken = [name for name in before.taken if name not in new]
    return _keep(
        session, call, replace(before, values={**before.values, **new}, taken=taken), actor, now
    )


def take(
    session: Session, call: Call, name: FieldName, value: str, *, actor: Actor, now: datetime
) -> Draft:
    """采纳: let what was suggested stand in the field."""
    before = _locked(session, call, actor, now).form
    values = {**before.values, name.value: value[:MOST_LETTERS]}
    taken = sorted({*before.taken, name.value})
    return _keep(session, call, replace(before, values=values, taken=taken), actor, now)


def refuse(
    session: Session, call: Call, name: FieldName, value: str, *, actor: Actor, now: datetime
) -> Draft:
    """不用: don't offer this again for the field; what stands in it stays."""
    before = _locked(session, call, actor, now).form
    earlier = [each for each in before.refused.get(name, ()) if each != value]
    refused = {**before.refused, name.value: [*earlier, value][-_MOST_REFUSED:]}
    return _keep(session, call, replace(before, refused=refused), actor, now)


def forget(session: Session, call: Call) -> None:
    """Delete every draft of the call: it is a ticket, or a reminder of one."""
    session.execute(delete(CallDraft).where(col(CallDraft.call_id) == call.id))


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete the drafts that nobody came back to."""
    session.execute(delete(CallDraft).where(col(CallDraft.saved_at) < now - KEPT_FOR))


def beside(session: Session, call: Call, actor: Actor, *, now: datetime) -> Sequence[CallDraft]:
    """Return who else has just written on this call's form, the first to begin first."""
    others = select(CallDraft).where(CallDraft.call_id == call.id, CallDraft.by != str(actor))
    lately = others.where(col(CallDraft.saved_at) >= now - BESIDE_WITHIN)
    return session.exec(lately.order_by(col(CallDraft.begun_at))).all()


def unfinished(session: Session, actor: Actor, *, limit: int = 20) -> list[tuple[Call, Draft]]:
    """Return the actor's drafts that became no ticket yet and no reminder, the latest first."""
    mine = select(Call, CallDraft).join(CallDraft, col(CallDraft.call_id) == Call.id)
    mine = mine.where(CallDraft.by == str(actor), reach.calls(actor, col(Call.id)))
    mine = mine.where(~exists().where(col(Ticket.call_id) == Call.id))
    mine = mine.where(~exists().where(col(Reminder.call_id) == Call.id))
    rows = session.exec(mine.order_by(col(CallDraft.saved_at).desc()).limit(limit)).all()
    return [(call, _opened(session, call, row)) for call, row in rows]


_NAMES = frozenset(each.value for each in FieldName)


def _locked(session: Session, call: Call, actor: Actor, now: datetime) -> Draft:
    """Return the draft, held against the actor's other tabs; begun when it was not there."""
    begun = insert(CallDraft).values(
        call_id=call.id,
        by=str(actor),
        version=0,
        sealed_fields=_sealed(session, call, Form()),
        begun_at=now,
        saved_at=now,
    )
    session.execute(begun.on_conflict_do_nothing(index_elements=["call_id", "by"]))
    mine = select(CallDraft).where(CallDraft.call_id == call.id, CallDraft.by == str(actor))
    mine = mine.with_for_update().execution_options(populate_existing=True)
    return _opened(session, call, session.exec(mine).one())


def _keep(session: Session, call: Call, form: Form, actor: Actor, now: datetime) -> Draft:
    row = session.get_one(CallDraft, (call.id, str(actor)))
    row.version, row.saved_at = row.version + 1, now
    row.sealed_fields = _sealed(session, call, form)
    session.flush()
    return Draft(form, row.version, now)


def _sealed(session: Session, call: Call, form: Form) -> bytes:
    person = session.get_one(Person, call.person_id)
    return privacy.seal(person, json.dumps(asdict(form), ensure_ascii=False), _PURPOSE)


def _opened(session: Session, call: Call, row: CallDraft) -> Draft:
    person = session.get_one(Person, call.person_id)
    if not row.sealed_fields or privacy.is_erased(person):
        return NOTHING
    said = json.loads(privacy.unseal(person, row.sealed_fields, _PURPOSE))
    return Draft(Form(**said), row.version, row.saved_at)
