"""录音 over HTTP: how a call's recording stands, and who holds it against its removal."""

import uuid
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlmodel import Session, col

from dispatch.people import recording_spans
from dispatch.sealing import reach
from hotline.api.schemas_recordings import (
    RecordingHoldOut,
    RecordingOut,
    RecordingReasonIn,
    WaveformOut,
)
from hotline.api.writes import Writing
from hotline.core.accounts import Actor
from hotline.core.clock import now
from hotline.core.errors import NotFound
from hotline.core.security import Permission
from hotline.core.settings import settings
from hotline.web.access import SessionDep, permit
from hotline.web.problems import READING, WRITING
from telephony import held_recordings, records, waveforms
from telephony.erased_recordings import GONE
from telephony.models import Call
from telephony.models_recordings import RecordingHold

router = APIRouter(prefix="/api/v1/calls/{call_id}/recording", tags=["calls"], responses=READING)

Reader = Annotated[Actor, Depends(permit(Permission.CALL_READ))]
Keeper = Annotated[Actor, Depends(permit(Permission.RECORDING_KEEP))]


@router.get("", operation_id="get_recording", summary="How a recording stands (录音)")
def get_recording(actor: Reader, call_id: uuid.UUID, session: SessionDep) -> RecordingOut:
    """Return the recording's state, waveform, holds, and when it goes by itself."""
    return _shown(session, _call(session, actor, call_id))


@router.post(
    "/hold",
    operation_id="hold_recording",
    summary="Hold a recording (保留录音)",
    response_model=RecordingOut,
    responses=WRITING,
)
def hold_recording(
    actor: Keeper, call_id: uuid.UUID, given: RecordingReasonIn, write: Writing
) -> Any:
    """保留录音: nothing removes it, not even in its time, until the hold is lifted."""
    return _do(write, actor, call_id, given, held_recordings.hold)


@router.post(
    "/lift",
    operation_id="lift_recording_hold",
    summary="Lift the hold (解除保留)",
    response_model=RecordingOut,
    responses=WRITING,
)
def lift_recording_hold(
    actor: Keeper, call_id: uuid.UUID, given: RecordingReasonIn, write: Writing
) -> Any:
    """解除保留: from now on it goes in its time."""
    return _do(write, actor, call_id, given, held_recordings.lift)


def _do(
    write: Writing,
    actor: Actor,
    call_id: uuid.UUID,
    given: RecordingReasonIn,
    verb: Callable[..., RecordingHold],
) -> Any:
    def shown() -> RecordingOut:
        return _shown(write.session, _call(write.session, actor, call_id))

    def act() -> RecordingOut:
        call = _call(write.session, actor, call_id)
        verb(write.session, call, given.reason, actor=actor, now=now())
        return shown()

    # The reason is sealed: no answer that holds it is kept.
    again = given.model_dump_json()
    return write.once(act, actor, again, again=lambda _kept: shown(), keep=False)


def _call(session: Session, actor: Actor, call_id: uuid.UUID) -> Call:
    return records.get_call(session, call_id, seen=reach.calls(actor, col(Call.id)))


def _shown(session: Session, call: Call) -> RecordingOut:
    recording = records.recording_of(session, call)
    if recording is None:
        raise NotFound("The call has no recording.")
    holds = held_recordings.of_call(session, call)
    held, days = any(each.lifted_at is None for each in holds), settings().recording_days
    lasts = not held and recording.status not in GONE
    return RecordingOut(
        call=str(call.id),
        status=recording.status,
        seconds=recording.seconds,
        held=held,
        holds=[_hold(session, call, each) for each in holds],
        kept_until=recording_spans.kept_until(session, call, written=days) if lasts else None,
        waveform=_waveform(recording.waveform) if recording.waveform else None,
    )


def _hold(session: Session, call: Call, hold: RecordingHold) -> RecordingHoldOut:
    why = held_recordings.why
    return RecordingHoldOut(
        at=hold.at,
        by=hold.by,
        reason=why(session, call, hold.sealed_reason),
        lifted_at=hold.lifted_at,
        lifted_by=hold.lifted_by,
        lifted_why=why(session, call, hold.sealed_lifted),
    )


def _waveform(kept: bytes) -> WaveformOut:
    caller, others = waveforms.sides(kept)
    return WaveformOut(caller=caller, others=others)
