"""派单建议 for a call that runs: asked anew as the caller's words grow, told when it changes."""

import uuid
from datetime import datetime

from sqlmodel import Session, select

from dispatch.intake import LEAST_CONFIDENCE, registered_from
from dispatch.routing import earned_policy, router
from dispatch.routing.proposal import Proposal
from hotline.core import events
from hotline.core.accounts import MACHINE
from hotline.core.events import EventType
from nlp.chinese import join_words
from telephony import records, words_now
from telephony.models import Call

LEAST_CHARACTERS = 6  # 你好 is no request


def propose(session: Session, call_id: uuid.UUID, *, home: str, now: datetime) -> Proposal | None:
    """Return what the router proposes for the caller's words so far; tell it when it changed.

    None while too little was said, and once the call has its ticket: then a person has decided.
    The event carries codes only.
    """
    call = session.exec(select(Call).where(Call.id == call_id).with_for_update()).one()
    text = said_so_far(session, call)
    if len(text) < LEAST_CHARACTERS or registered_from(session, call_id):
        return None
    auto = earned_policy.current(session, opted_in=False)
    proposal = router.propose(session, text, home=home, spoken=True, auto=auto, at=now)
    _tell(session, call, proposal, len(text), now)
    return proposal


def said_so_far(session: Session, call: Call) -> str:
    """Return the caller's words as one text, without what was hardly heard."""
    return join_words(" ".join(words_now.said_by_caller(session, call, at_least=LEAST_CONFIDENCE)))


def told_so_far(session: Session, call: Call) -> list[dict[str, object]]:
    """Return the proposals that the call's history tells of, by their codes, the latest last."""
    chain = events.history(session, records.chain(call.id))
    return [dict(each.refs) for each in chain if each.type == EventType.CALL_PROPOSAL]


def _tell(session: Session, call: Call, proposal: Proposal, characters: int, now: datetime) -> None:
    codes, told = _codes(proposal), told_so_far(session, call)
    if told and all(told[-1].get(name) == code for name, code in codes.items()):
        return
    refs = {"characters": characters, "confidence": round(proposal.confidence, 3), **codes}
    if proposal.auto_dispatch:  # its entry has earned it: with nobody there it would go out
        refs["auto_dispatch"] = True
    records.note(session, EventType.CALL_PROPOSAL, call, now, actor=str(MACHINE), **refs)


def _codes(proposal: Proposal) -> dict[str, str]:
    return {
        "department": proposal.department_code,
        "matter": proposal.matter_code,
        "district": proposal.district,
        "request_type": proposal.request_type.value,
        "urgency": proposal.urgency.value,
    }
