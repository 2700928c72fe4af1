"""What each report of a worker means for the records."""

import uuid
from datetime import datetime

import structlog
from sqlmodel import Session

from dispatch.callback import call_ratings
from hotline.core.db import after_commit
from hotline.core.settings import Settings, settings
from hotline.switch import dialling, errands, fetching, floor, relays
from hotline.switch.orders import DIALLED, is_dialled
from telephony import outgoing, records
from telephony.commands import (
    AgentGone,
    AgentJoined,
    CallAnswered,
    CallArrived,
    CallDialled,
    CallEnded,
    CallerPressed,
    CallRated,
    CallRefused,
    Message,
    PartyGone,
    PartyJoined,
    RelayDone,
    SurveyDone,
)
from telephony.models import Call, Direction, RecordingStatus

log = structlog.get_logger()


def keep(session: Session, message: Message, own: Settings | None = None) -> bool:
    """Write the report down; return whether a recording now waits for the recogniser.

    `own`: the site's settings, where they are not this process's.
    """
    own = own or settings()
    match message:
        case CallArrived() | CallDialled() | CallAnswered():
            _keep_beginning(session, message)
        case CallEnded() | CallRefused():
            return _keep_end(session, own, message)
        case SurveyDone() | RelayDone():
            _keep_of_errand(session, message)
        case AgentJoined() | AgentGone() | CallRated() | PartyGone():
            _keep_of_agent(session, own, message)
        case PartyJoined() | CallerPressed():
            pass  # `floor.take` writes down what follows from it
        case _:
            raise ValueError(f"A worker does not report {type(message).__name__}.")
    return False


def _keep_beginning(session: Session, message: CallArrived | CallDialled | CallAnswered) -> None:
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
            if is_dialled(call):
                dialling.answered(session, call, now=at)
            _say(session, "call.answered", call)


def _keep_end(session: Session, own: Settings, message: CallEnded | CallRefused) -> bool:
    at = datetime.fromisoformat(message.at)
    if isinstance(message, CallRefused):
        is_new = session.get(Call, uuid.UUID(message.call_id)) is None
        call = records.refuse_call(session, message)
        if is_new:
            floor.refused(session, own, call, now=at)
        _say(session, "call.refused", call, reason=message.reason)
        return False
    call = records.end_call(session, message)
    if call.direction == Direction.IN:
        floor.ended(session, own, call, now=at)
    _say(session, "call.ended", call, reason=message.reason, seconds=message.seconds)
    recording = records.recording_of(session, call)
    return recording is not None and recording.status == RecordingStatus.READY


def _keep_of_errand(session: Session, message: SurveyDone | RelayDone) -> None:
    at = datetime.fromisoformat(message.at)
    if isinstance(message, SurveyDone):
        call = errands.finish(session, message, now=at)
        _say(session, "call.surveyed", call, outcome=message.outcome)
        return
    dialled = message.errand.startswith(f"{DIALLED}:")
    finish = dialling.finish if dialled else relays.finish
    call = finish(session, message, now=at)
    _say(session, "call.relayed", call, outcome=message.outcome)


def _keep_of_agent(
    session: Session, own: Settings, message: AgentJoined | AgentGone | CallRated | PartyGone
) -> None:
    at = datetime.fromisoformat(message.at)
    match message:
        case AgentJoined():
            call = floor.joined(session, message, now=at)
            _say(session, "call.connected", call, seat=message.seat)
        case AgentGone():
            call = floor.gone(session, own, message, now=at)
            _say(session, "agent.gone", call, seat=message.seat, outcome=message.outcome)
        case PartyGone():
            call = fetching.gone(session, own, message, now=at)
            _say(session, "party.gone", call, outcome=message.outcome)
        case CallRated():
            call = records.get_call(session, uuid.UUID(message.call_id))
            call_ratings.rate(session, call, message.rating, now=at)
            _say(session, "call.rated", call)


def _say(session: Session, name: str, call: Call, **facts: object) -> None:
    after_commit(session, lambda: log.info(name, call=call.id.hex[:8], **facts))
