"""实时转写: what is said in a call, while it is said; call-words.js asks for it at each event."""

import uuid
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from sqlmodel import Session, col

from dispatch.sealing import reach
from hotline.console.faults import PREFIX
from hotline.console.frame import Listener, templates
from hotline.web.access import SessionDep
from nlp.read_back import Stretch, stretches
from telephony import records, spoken, words_now
from telephony.models import Call, CallStatus
from telephony.spoken import Spoken

router = APIRouter(prefix=f"{PREFIX}/calls", include_in_schema=False)

LATE_FROM_S = 4.0  # sooner, nobody asks where the words are


@dataclass(frozen=True)
class Line:
    """One utterance, cut where a number is that must be read back (复述)."""

    spoken: Spoken
    stretches: list[Stretch]


@router.get("/{call_id}/words", response_class=HTMLResponse)
def words(viewer: Listener, call_id: uuid.UUID, request: Request, session: SessionDep) -> Response:
    """Return the call's words so far, what is being said now, and how late they are."""
    call = records.get_call(session, call_id, seen=reach.calls(viewer.actor, col(Call.id)))
    return templates.TemplateResponse(request, "words.html", shown(session, call))


def shown(session: Session, call: Call) -> dict[str, Any]:
    """Return what words.html shows of the call."""
    saying = words_now.now_of(session, call)
    late_s = max((each.behind_s for each in saying), default=0.0)
    return {
        "call": call,
        "running": call.status in (CallStatus.RINGING, CallStatus.ANSWERED),
        "lines": [Line(each, stretches(each.text)) for each in spoken.lines(session, call)],
        "saying": [each for each in saying if each.text],
        "late_s": round(late_s) if late_s >= LATE_FROM_S else 0,
    }
