"""What each report of a worker means for the records."""

import uuid
from datetime import datetime

import structlog
from sqlmodel import Session

from dispatch.callback import call_ratings
from hotline.core.db import after_commit
from hotline.switch import errands, floor, relays
from telephony import outgoing, records
from telephony.commands import (
    AgentGone,
    AgentJoined,
    CallAnswered,
    CallArrived,
    CallDialled,
    CallEnded,
    CallRated,
    CallRefused,
    Message,
    RelayDone,
    SurveyDone,
)
from telephony.models import Call, RecordingStatus

log = structlog.get_logger()


def keep(session: Session, message: Message) -> bool:
    """Write the report down; return whether a recording now waits for the recogniser."""
    match message:
        case CallArrived():
            call = records.open_call(session, message)
            _say(session, "call.ringing", call, worker=message.worker)
        case CallDialled():
            call = outgoing.dial_call(session, message)
            _say(session, "call.dialled", call, worker=call.worker)
        case CallAnswered():
            at = datetime.fromisoformat(message.at)
            call = records.answer_call(session, message.call_id, at=at)
            _say(session, "call.answered", call)
        case CallEnded():
            call = records.end_call(session, message)
            _say(session, "call.ended", call, reason=message.reason, seconds=message.seconds)
            recording = records.recording_of(session, call)
            return recording is not None and recording.status == RecordingStatus.READY
        case CallRefused():
            call = records.refuse_call(session, message)
            _say(session, "call.refused", call, reason=message.reason)
        case SurveyDone():
            at = datetime.fromisoformat(message.at)
            call = errands.finish(session, message, now=at)
            _say(session, "call.surveyed", call, outcome=message.outcome)
        case RelayDone():
            at = datetime.fromisoformat(message.at)
            call = relays.finish(session, message, now=at)
            _say(session, "call.relayed", call, outcome=message.outcome)
        case AgentJoined() | AgentGone() | CallRated():
            _keep_of_agent(session, message)
        case _:
            raise ValueError(f"A worker does not report {type(message).__name__}.")
    return False


def _keep_of_agent(session: Session, message: AgentJoined | AgentGone | CallRated) -> None:
    at = datetime.fromisoformat(message.at)
    match message:
        case AgentJoined():
            call = floor.joined(session, message, now=at)
            _say(session, "call.connected", call, seat=message.seat)
        case AgentGone():
            call = floor.gone(session, message, now=at)
            _say(session, "agent.gone", call, seat=message.seat, outcome=message.outcome)
        case CallRated():
            call = records.get_call(session, uuid.UUID(message.call_id))
            call_ratings.rate(session, call, message.rating, now=at)
            _say(session, "call.rated", call)


def _say(session: Session, name: str, call: Call, **facts: object) -> None:
    after_commit(session, lambda: log.info(name, call=call.id.hex[:8], **facts))
