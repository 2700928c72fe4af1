"""A call's words while it runs: each voice of its tape goes to the recogniser, and comes back."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy.exc import OperationalError

from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.errors import HotlineError
from hotline.core.keyring import keyring
from hotline.core.settings import Settings
from hotline.switch.heard import RATE, guarded, mixed, sides
from hotline.switch.proposing import Proposing
from hotline.switch.words_kept import Waiting, keep, voices
from nlp import speech_remote
from nlp.speech import Segment, UnreadableSound, moved
from telephony import records, tapes, words_now
from telephony.models import Recording

PCM_BYTES_A_SECOND = 2 * RATE
PARTIALS_EVERY_S = 0.5  # a page asks for them no oftener
BEHIND_FROM_S = 1.0  # less than that is how long hearing takes
TAPE_BEHIND_S = 0.5  # a tape is written and looked at every 100 ms

log = structlog.get_logger()


class Left(Exception):
    """The work was ended from outside; what it has kept stays."""


@dataclass
class Work:
    """One recording on its way into words, a thread for each of its voices."""

    waiting: Waiting
    own: Settings
    proposing: Proposing
    began: datetime = field(default_factory=now)
    seconds: float = 0.0  # how long the recording was when it was over
    _over: threading.Event = field(default_factory=threading.Event)  # nothing follows on the tape
    _left: threading.Event = field(default_factory=threading.Event)
    _faults: list[Exception] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Begin where the rows of an earlier start end."""
        if not self.waiting.live:
            self.end(self.waiting.seconds)
        names = voices(self.waiting.path, self.waiting.agent)
        for side, name in enumerate(names):
            voice = Voice(self, name, side if len(names) > 1 else None)
            run = threading.Thread(target=self._hear, args=(voice,), daemon=True)
            self._threads.append(run)
        for thread in self._threads:
            thread.start()

    @property
    def ended(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    @property
    def over(self) -> bool:
        return self._over.is_set() or self.left

    @property
    def left(self) -> bool:
        return self._left.is_set()

    @property
    def fault(self) -> Exception | None:
        """What ended it before its end; the other voice ended because of it."""
        return next((each for each in self._faults if not isinstance(each, Left)), None)

    def end(self, seconds: float) -> None:
        """Say that the recording is over; it ends when all of it is heard."""
        if not self._over.is_set():
            self.seconds = seconds
            self._over.set()

    def leave(self) -> None:
        """End soon; what is kept stays, and a later start goes on from there."""
        self._left.set()

    def _hear(self, voice: "Voice") -> None:
        try:
            voice.hear()
        except Exception as fault:
            self._faults.append(fault)
            self.leave()


class Voice:
    """One voice: `side` is 0 for the left of the recording, 1 for the right, None for both."""

    def __init__(self, work: Work, speaker: str, side: int | None) -> None:
        self._work = work
        self._waiting = work.waiting
        self._speaker = speaker
        self._side = side
        self._from_s = 0.0  # what lies before is written down
        self._sent_s = 0.0
        self._behind_s = 0.0
        self._shown = ""
        self._shown_at = work.began

    def hear(self) -> None:
        """Write down what is said until the work is over; raise what ends it before."""
        with transaction() as session:
            self._from_s = words_now.heard_until(session, self._waiting.call, self._speaker)
            if self._waiting.live:
                words_now.be_behind(session, self._waiting.call, self._speaker, 0.0, now=now())
        heard = speech_remote.transcribe_chunks(
            self._work.own.speech_socket,
            RATE,
            self._sound(),
            call=self._waiting.call.hex[:8],
            live=self._waiting.live,
            on_waiting=self._wait,
        )
        for segment in heard:
            self._take(moved(segment, self._from_s))

    def _take(self, segment: Segment) -> None:
        if not segment.final:
            self._show(segment.text)
            return
        with transaction() as session:
            if self._shown:
                call = records.get_call(session, self._waiting.call)
                words_now.understood(session, call, self._speaker, "", now=now())
            new = keep(session, self._waiting.call, self._speaker, segment, now())
        self._shown = ""
        if new and self._speaker == words_now.CALLER and self._waiting.live:
            self._work.proposing.grown(self._waiting.call)

    def _show(self, text: str) -> None:
        """Show a sentence that is being said, not at every word of it."""
        moment = now()
        if self._shown and (moment - self._shown_at).total_seconds() < PARTIALS_EVERY_S:
            return
        self._shown, self._shown_at = text, moment
        with transaction() as session:
            call = records.get_call(session, self._waiting.call)
            words_now.understood(session, call, self._speaker, text, now=moment)

    def _wait(self, waiting_s: float) -> None:
        """Show how late the words come: what waits to be decoded, and what is not even sent."""
        if not self._waiting.live:
            return
        unsent = tapes.seconds(self._work.own.recordings_dir / self._waiting.path) - self._sent_s
        behind = waiting_s + (unsent if unsent > TAPE_BEHIND_S else 0.0)
        behind = round(behind, 1) if behind >= BEHIND_FROM_S else 0.0
        if behind == self._behind_s:
            return
        self._behind_s = behind
        with transaction() as session:
            words_now.be_behind(session, self._waiting.call, self._speaker, behind, now=now())

    def _sound(self) -> Iterator[bytes]:
        """Yield this voice's sound from where its words are not kept yet."""
        skipped = round(self._from_s * RATE) * 2
        at = 0
        for piece in self._side_of():
            if self._work.left:
                raise Left
            at += len(piece)
            self._sent_s = at / PCM_BYTES_A_SECOND
            if at > skipped:
                yield piece[max(0, len(piece) - (at - skipped)) :]

    def _side_of(self) -> Iterator[bytes]:
        pairs = self._pairs()
        return mixed(pairs) if self._side is None else (pair[self._side] for pair in pairs)

    def _pairs(self) -> Iterator[tuple[bytes, bytes]]:
        own, path = self._work.own, self._waiting.path
        tape = own.recordings_dir / path
        if path.endswith(tapes.SUFFIX) and tape.is_file():
            return guarded(tapes.follow(tape, keyring(), over=lambda: self._work.over))
        with transaction() as session:
            return sides(session, session.get_one(Recording, self._waiting.recording), own)


def may_succeed_later(fault: Exception) -> bool:
    """Return whether the same sound is simply tried again, whatever it is: it was not its fault."""
    if isinstance(fault, speech_remote.SpeechBroke):
        return False
    return isinstance(fault, (speech_remote.SpeechUnavailable, OperationalError))


def is_of_the_sound(fault: Exception) -> bool:
    """Return whether this sound can't be written down by anybody."""
    return isinstance(fault, UnreadableSound)


def why(fault: Exception) -> str:
    """Return what went wrong, without anybody's words."""
    return fault.detail if isinstance(fault, HotlineError) else type(fault).__name__
