"""通话填单 as its page shows it: each field, what stands in it, and what the words suggest."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from dispatch import reminders, tickets
from dispatch.drafting import drafts, suggesting
from dispatch.drafting.drafts import Draft, FieldName, Form
from dispatch.drafting.suggesting import Suggestion, Suggestions
from dispatch.models import Ticket
from dispatch.terms import RequestType, Urgency
from hotline.console import callings, moments
from hotline.console.drafting import beside
from hotline.console.drafting.beside import AlikeView
from hotline.console.frame import Viewer
from hotline.core.clock import now
from hotline.core.settings import settings
from telephony.models import Call

TYPES = tuple(each for each in RequestType if each is not RequestType.OTHER)
OPTIONS = {
    FieldName.REQUEST_TYPE: [(each.value, each.label) for each in TYPES],
    FieldName.URGENCY: [(each.value, each.label) for each in Urgency],
}
# Whose values are chosen from a list, which the page asks for when somebody first looks at it.
LISTED = {
    FieldName.DISTRICT: "districts",
    FieldName.MATTER: "matters",
    FieldName.DEPARTMENT: "departments",
}
MOST = {FieldName.TITLE: 40, FieldName.ADDRESS: 120, FieldName.SUMMARY: drafts.MOST_LETTERS}
_SAID_SHOWN = 40


@dataclass(frozen=True)
class Hint:
    """What is suggested for a field: its value, how it reads, why, and where it was said."""

    value: str
    shown: str
    why: Sequence[str]
    at: str
    said: str


@dataclass(frozen=True)
class FieldView:
    """One field; `key` is the digit that takes or refuses what is suggested."""

    name: str
    key: int
    value: str
    taken: bool
    options: Sequence[tuple[str, str]]
    listed: str
    most: int
    hint: Hint | None


@dataclass(frozen=True)
class FormView:
    """The form, or the ticket that the call is already."""

    call: Call
    caller: str
    version: int
    saved_at: str
    fields: Sequence[FieldView]
    alike: Sequence[AlikeView]
    others: Sequence[tuple[str, str]]  # who else writes on it, since when
    ticket: Ticket | None
    reminded: str  # the number of the ticket that the call asked after


def form_view(session: Session, call: Call, viewer: Viewer) -> FormView:
    """Return the form of the call as the viewer has it."""
    made = tickets.of_call(session, call.id)
    asked_after = reminders.of_call(session, call.id)
    draft = drafts.load(session, call, viewer.actor)
    found = {} if made else _suggested(session, call, draft.form)
    return FormView(
        call=call,
        caller=call.caller_masked,
        version=draft.version,
        saved_at=moments.short(draft.saved_at) if draft.saved_at else "",
        fields=[_field(key, name, draft, found) for key, name in enumerate(FieldName, start=1)],
        alike=beside.alike(session, call, draft.form, found, viewer) if not made else [],
        others=[] if made else _others(session, call, viewer),
        ticket=made,
        reminded=_number(session, asked_after.ticket_id) if asked_after else "",
    )


def _number(session: Session, ticket_id: int) -> str:
    return session.get_one(Ticket, ticket_id).number


def _suggested(session: Session, call: Call, form: Form) -> Suggestions:
    return suggesting.suggest(session, call, form, home=settings().district, at=now())


def _field(key: int, name: FieldName, draft: Draft, found: Suggestions) -> FieldView:
    value = draft.form.values.get(name, "")
    return FieldView(
        name=name.value,
        key=key,
        value=value,
        taken=name in draft.form.taken,
        options=OPTIONS.get(name, ()),
        listed=LISTED.get(name, ""),
        most=MOST.get(name, 80),
        hint=_hint(name, draft.form, found.get(name)),
    )


def _hint(name: FieldName, form: Form, found: Suggestion | None) -> Hint | None:
    """Return what is offered: nothing that stands already, or that was refused."""
    if found is None or found.value == form.of(name) or found.value in form.refused.get(name, ()):
        return None
    said = found.said
    return Hint(
        value=found.value,
        shown=dict(OPTIONS.get(name, ())).get(found.value, found.value),
        why=found.why,
        at=_at(said.at_s) if said and said.at_s is not None else "",
        said=_short(said.text) if said else "",
    )


def _at(second: float) -> str:
    return f"{int(second) // 60}:{int(second) % 60:02d}"


def _short(text: str) -> str:
    return text if len(text) <= _SAID_SHOWN else f"{text[: _SAID_SHOWN - 1]}…"


def _others(session: Session, call: Call, viewer: Viewer) -> list[tuple[str, str]]:
    rows = drafts.beside(session, call, viewer.actor, now=now())
    names = callings.called(session, {each.by for each in rows})
    return [(names.get(each.by, each.by), moments.short(each.begun_at)) for each in rows]
