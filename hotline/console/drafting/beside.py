"""What lies beside the form: tickets like it, my drafts, the texts to read out."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from dispatch.drafting import alike as likeness
from dispatch.drafting import drafts, suggesting, wording
from dispatch.drafting.drafts import FieldName, Form
from dispatch.drafting.suggesting import Suggestions
from hotline.console import moments
from hotline.console.frame import Viewer
from hotline.console.words import name_of
from hotline.core.settings import settings
from knowledge import stored
from telephony.models import Call


@dataclass(frozen=True)
class AlikeView:
    """An open ticket that the call may be about, and what one key makes of the call."""

    number: str
    title: str
    status: str
    status_name: str
    at: str
    percent: int
    own: bool  # the caller's: one key reminds of it, else it joins


@dataclass(frozen=True)
class Unfinished:
    """A draft of mine that is no ticket yet."""

    call_id: str
    caller: str
    title: str
    called: str
    saved: str


def alike(
    session: Session, call: Call, form: Form, found: Suggestions, viewer: Viewer
) -> list[AlikeView]:
    """Return the likest open tickets by what was said and written so far; none for too little."""
    text = form.of(FieldName.SUMMARY) or wording.as_text(
        suggesting.heard_of(session, call, form) if found else []
    )
    if not text:
        return []
    directory = stored.current(session)
    place = suggesting.district_of(directory, _stands(form, found, FieldName.DISTRICT))
    matter = suggesting.matter_of(directory, _stands(form, found, FieldName.MATTER))
    rows = likeness.find(
        session,
        call,
        text,
        district=place.code if place else settings().district,
        first_level=matter.l1 if matter else "",
        reader=viewer.actor,
    )
    return [
        AlikeView(
            number=each.ticket.number,
            title=each.ticket.title,
            status=each.ticket.status,
            status_name=name_of("ticket_status", each.ticket.status),
            at=moments.short(each.ticket.created_at),
            percent=round(each.similarity * 100),
            own=each.own,
        )
        for each in rows
        if each.own or "ticket.merge" in viewer.may
    ]


def unfinished(session: Session, viewer: Viewer) -> Sequence[Unfinished]:
    """Return the viewer's drafts, the latest first."""
    return [
        Unfinished(
            call_id=str(call.id),
            caller=call.caller_masked,
            title=draft.form.of(FieldName.TITLE) or draft.form.of(FieldName.SUMMARY)[:40],
            called=moments.short(call.started_at),
            saved=moments.short(draft.saved_at) if draft.saved_at else "",
        )
        for call, draft in drafts.unfinished(session, viewer.actor)
    ]


def _stands(form: Form, found: Suggestions, name: FieldName) -> str:
    suggested = found.get(name)
    return form.of(name) or (suggested.value if suggested else "")
