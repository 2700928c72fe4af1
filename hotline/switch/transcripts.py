"""Recordings become words, one at a time, in the order in which they were left."""

import os
import threading
import time
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from dispatch.sealing import speech
from hotline.core.clock import now
from hotline.core.db import after_commit, transaction
from hotline.core.queue import enqueue_after_commit
from hotline.core.settings import Settings
from nlp import speech_remote
from nlp.speech import Segment, UnreadableSound
from nlp.speech_remote import SpeechBroke, SpeechUnavailable
from telephony import records
from telephony.models import Call, Recording, RecordingStatus

CALLER = "caller"
BOTH = "caller_and_agent"  # one track holds both voices
LOOK_EVERY_S = 2.0
AWAY_S = 2.0
# A sound that the recogniser died of this often is not its bad day: a person must listen to it.
MOST_ATTEMPTS = 5
REMOTE = "websocket"  # the engine that sends sound elsewhere
REGISTER_JOB = "dispatch.jobs.register_call"

log = structlog.get_logger()


class Transcriber:
    """A thread that feeds waiting recordings to the speech process."""

    def __init__(self, own: Settings) -> None:
        self._own = own
        self._work = threading.Event()

    def wake(self) -> None:
        self._work.set()

    def run(self) -> None:
        """Serve for ever; each recording ends transcribed, or failed after MOST_ATTEMPTS.

        A fault nobody foresaw ends the process: its supervisor starts it anew, and the recording's
        counted attempts keep one bad file from holding up the others.
        """
        try:
            self._serve()
        except Exception:
            log.exception("transcripts.broke", remedy="the switch starts again")
            os._exit(1)

    def _serve(self) -> None:
        while True:
            self._work.wait(LOOK_EVERY_S)
            self._work.clear()
            try:
                while (waiting := self._next()) is not None:
                    speech_remote.health(self._own.speech_socket)
                    self._write_down(waiting)
            except SpeechUnavailable as error:
                log.warning("speech.away", error=error.detail, remedy="tried again in seconds")
                time.sleep(AWAY_S)
            except OperationalError as error:
                log.error("database.away", error=str(error).splitlines()[0])

    def _next(self) -> int | None:
        with transaction() as session:
            return session.exec(
                select(Recording.id)
                .where(Recording.status == RecordingStatus.READY)
                .order_by(col(Recording.id))
                .limit(1)
            ).first()

    def _write_down(self, recording_id: int) -> None:
        if self._own.speech_engine == REMOTE and self._stays_here(recording_id):
            self._give_up(recording_id, "a report's sound goes to no recogniser elsewhere")
            return
        call, path, seconds = self._begin(recording_id)
        started = now()
        seq = 0
        try:
            heard = speech_remote.transcribe_file(self._own.speech_socket, path, call=call)
            for seq, segment in enumerate(heard, start=1):
                with transaction() as session:
                    _add(session, recording_id, seq, segment)
        except UnreadableSound as error:
            self._give_up(recording_id, error.detail)
            return
        except SpeechBroke as error:
            self._count(recording_id, error.detail)
            return
        with transaction() as session:
            if session.get_one(Recording, recording_id).seconds == seconds:
                _finish(session, recording_id, seq, now() - started, self._own.speech_engine)
            # Otherwise the call went on after it was thought lost: the whole of it is heard anew.

    def _count(self, recording_id: int, why: str) -> None:
        """Note that the recogniser died of this sound; try it again, but not for ever."""
        with transaction() as session:
            recording = session.get_one(Recording, recording_id)
            recording.attempts += 1
            tried = recording.attempts
        if tried >= MOST_ATTEMPTS:
            self._give_up(recording_id, why)

    def _give_up(self, recording_id: int, why: str) -> None:
        """Hand the recording to a person, with the words that were heard before."""
        with transaction() as session:
            recording = session.get_one(Recording, recording_id)
            recording.status = RecordingStatus.FAILED
            _register(session, records.get_call(session, recording.call_id))
        log.error("recording.failed", recording=recording_id, why=why, remedy="listen to it")

    def _stays_here(self, recording_id: int) -> bool:
        with transaction() as session:
            call_id = session.get_one(Recording, recording_id).call_id
            return speech.stays_here(session, call_id)

    def _begin(self, recording_id: int) -> tuple[str, Path, float]:
        with transaction() as session:
            recording = session.get_one(Recording, recording_id)
            path = self._own.recordings_dir / recording.path
            return recording.call_id.hex[:8], path, recording.seconds


def _add(session: Session, recording_id: int, seq: int, segment: Segment) -> None:
    recording = session.get_one(Recording, recording_id)
    call = records.get_call(session, recording.call_id)
    added = records.add_utterance(
        session,
        call,
        speaker=BOTH if call.agent else CALLER,
        seq=seq,
        start_s=segment.start,
        end_s=segment.end,
        text=segment.text,
        confidence=segment.confidence,
        now=now(),
    )
    if added:
        _say(session, "call.transcript", call, seq=seq, characters=len(segment.text))


def _finish(
    session: Session, recording_id: int, utterances: int, took: timedelta, engine: str
) -> None:
    recording = session.get_one(Recording, recording_id)
    recording.status = RecordingStatus.TRANSCRIBED
    recording.engine = engine
    call = records.get_call(session, recording.call_id)
    facts = {"utterances": utterances, "took_s": round(took.total_seconds(), 1)}
    _say(session, "call.transcribed", call, **facts)
    if utterances:
        _register(session, call)


def _register(session: Session, call: Call) -> None:
    """Have the machine register what was said; what an agent heard, the agent registers."""
    if not call.agent:
        enqueue_after_commit(session, REGISTER_JOB, str(call.id))


def _say(session: Session, name: str, call: Call, **facts: object) -> None:
    after_commit(session, lambda: log.info(name, call=call.id.hex[:8], **facts))
