"""What a hotline's database and tapes say while its processes die."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from hotline.core.keyring import keyring_of
from hotline.core.settings import Settings
from telephony import tapes
from telephony.acd import SeatStatus
from telephony.models import Call, CallStatus, Recording, RecordingStatus, Seat, Utterance
from telephony.models_queue import MissedCall
from telephony.words_now import CALLER

Word = tuple[uuid.UUID, str, int, int]
OPEN = (CallStatus.RINGING, CallStatus.ANSWERED)
SETTLED = (RecordingStatus.TRANSCRIBED, RecordingStatus.FAILED)


@dataclass(frozen=True)
class Facts:
    """Asked anew each time."""

    engine: Engine
    own: Settings

    def calls(self) -> dict[uuid.UUID, str]:
        """Return the open calls and their workers."""
        with Session(self.engine) as session:
            rows = session.exec(select(Call.id, Call.worker).where(col(Call.status).in_(OPEN)))
            return dict(rows.all())

    def answered(self, *, since: datetime | None = None) -> dict[uuid.UUID, datetime]:
        """Return when each open line was answered; with `since`, of who came then, open or not."""
        query = select(Call.id, Call.answered_at).where(col(Call.answered_at).is_not(None))
        chosen = col(Call.status).in_(OPEN) if since is None else Call.started_at >= since
        with Session(self.engine) as session:
            return {call: at for call, at in session.exec(query.where(chosen)) if at}

    def talking(self) -> int:
        """Return how many agents talk."""
        return self._seats(Seat.status == SeatStatus.TALKING)

    def ready_agents(self) -> int:
        return self._seats(Seat.status == SeatStatus.READY)

    def held_by(self, calls: Collection[uuid.UUID]) -> int:
        """Return how many seats are in one of these calls."""
        return self._seats(col(Seat.call_id).in_(calls))

    def owed(self, calls: Collection[uuid.UUID]) -> int:
        """Return of how many of these calls the callers are on the call-back list."""
        query = select(func.count()).select_from(MissedCall)
        query = query.where(col(MissedCall.call_id).in_(calls), col(MissedCall.closed_at).is_(None))
        with Session(self.engine) as session:
            return session.exec(query).one()

    def words(self) -> set[Word]:
        """Return every utterance that is kept."""
        query = select(Utterance.call_id, Utterance.speaker, Utterance.seq, Utterance.characters)
        with Session(self.engine) as session:
            return {(*row,) for row in session.exec(query)}

    def written_down(self, calls: Collection[uuid.UUID]) -> int:
        """Return of how many of these calls all of the recording is written down."""
        query = select(func.count()).select_from(Recording)
        query = query.where(col(Recording.call_id).in_(calls), col(Recording.status).in_(SETTLED))
        with Session(self.engine) as session:
            return session.exec(query).one()

    def tape(self, call: uuid.UUID) -> Path:
        with Session(self.engine) as session:
            path = session.exec(select(Recording.path).where(Recording.call_id == call)).one()
        return self.own.recordings_dir / path

    def lengths(self, calls: Collection[uuid.UUID]) -> dict[uuid.UUID, float]:
        """Return how long each call's tape is now, in seconds."""
        return {call: tapes.seconds(self.tape(call)) for call in calls}

    def lost_frames(self, call: uuid.UUID, since_s: float, until_s: float) -> int:
        """Return how many frames of the caller's are empty on this part of the tape."""
        step = tapes.BLOCK_BYTES
        start, end = (int(at * tapes.BYTES_A_SECOND) // step * step for at in (since_s, until_s))
        sound = b"".join(tapes.pcm(self.tape(call), keyring_of(self.own), start, end))
        caller = np.frombuffer(sound, np.int16).reshape(-1, 160, 2)[:, :, 0]
        return int(np.sum(~caller.any(axis=1)))

    def sentences(
        self, call: uuid.UUID, period_s: float, sentence_s: float, until_s: float
    ) -> tuple[int, int]:
        """Return how many sentences the caller ended by then, and of how many there are words."""
        ends = np.arange(sentence_s, until_s - 1.0, period_s)
        query = select(Utterance.start_s, Utterance.end_s).where(
            Utterance.call_id == call, Utterance.speaker == CALLER
        )
        with Session(self.engine) as session:
            heard = session.exec(query).all()
        met = [any(a < end and b > end - sentence_s for a, b in heard) for end in ends]
        return len(ends), sum(met)

    def _seats(self, where: object) -> int:
        with Session(self.engine) as session:
            query = select(func.count()).select_from(Seat).where(where)  # type: ignore[arg-type]
            return session.exec(query).one()
