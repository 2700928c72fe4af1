"""Calls become words: while they run, each in its own time; what was missed then, one at a time.

Which calls are heard while they run: the longest-running ones first, `live_calls` at most; the
others begin when a place is free, at their beginning. Nothing is lost by waiting: all of it is on
the tapes, and the rows say how far each voice was written down.
"""

import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import structlog
from sqlalchemy.exc import OperationalError

from dispatch.sealing import speech
from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.settings import Settings
from hotline.switch import live_words, words_kept
from hotline.switch.live_words import Work
from hotline.switch.proposing import Proposing
from hotline.switch.words_kept import Waiting
from nlp import speech_remote
from nlp.speech_remote import SpeechUnavailable
from telephony import words_now

LOOK_EVERY_S = 1.0
AWAY_S = 2.0
# A sound that the recogniser died of this often is not its bad day: a person must listen to it.
MOST_ATTEMPTS = 5
# The recogniser died so often while a call was heard: its words come when it is over.
MOST_LIVE_ATTEMPTS = 3
REMOTE = "websocket"  # the engine that sends sound elsewhere
ELSEWHERE = "a report's sound goes to no recogniser elsewhere"

log = structlog.get_logger()


class Transcriber:
    """A thread that sees to it that every call is written down."""

    def __init__(self, own: Settings) -> None:
        self._own = own
        self._work = threading.Event()
        self._proposing = Proposing()
        self._works: dict[int, Work] = {}  # by their recordings
        self._broke: Counter[int] = Counter()
        self._rests_until = 0.0  # no recogniser is asked before
        self._says_again_at = 0.0  # every end of a call wakes us

    def wake(self) -> None:
        self._work.set()

    def run(self) -> None:
        """Serve for ever; each recording ends transcribed, or failed after MOST_ATTEMPTS."""
        while True:
            self._work.wait(LOOK_EVERY_S)
            self._work.clear()
            try:
                self.tend()
            except OperationalError as error:
                log.error("database.away", error=str(error).splitlines()[0])
            except Exception:
                log.exception("transcripts.broke", remedy="tried again in a second")

    def tend(self) -> None:
        """One round: tell works that their call is over, reap those that ended, begin others."""
        with transaction() as session:
            found_now = words_kept.waiting(session, followed=self._works.keys())
        wanted = {each.recording: each for each in found_now}
        for recording, work in list(self._works.items()):
            found = wanted.get(recording)
            if found is None or not found.live:
                work.end(found.seconds if found else 0.0)
            if self._must_stay(work.waiting):
                work.leave()
            if work.ended:
                del self._works[recording]
                self._reap(work, found)
                wanted.pop(recording, None)  # the next round sees what became of it
        if time.monotonic() >= self._rests_until:
            self._begin_some(wanted)
        if time.monotonic() >= self._says_again_at:
            self._says_again_at = time.monotonic() + LOOK_EVERY_S
            self._say_who_waits(wanted)
        self._proposing.ask()

    def _begin_some(self, wanted: dict[int, Waiting]) -> None:
        chosen = self._chosen(
            [each for each in wanted.values() if each.recording not in self._works]
        )
        if not chosen:
            return
        try:
            speech_remote.health(self._own.speech_socket)
        except SpeechUnavailable as error:
            self._rest(error.detail)
            return
        for each in chosen:
            self._begin(each)

    def _chosen(self, waiting: list[Waiting]) -> list[Waiting]:
        """Return whose turn it is: running calls while there are places, and one that is over."""
        running = sum(work.waiting.live for work in self._works.values())
        free = max(0, self._own.live_calls - running)
        deferred = [each for each in waiting if self._broke[each.recording] >= MOST_LIVE_ATTEMPTS]
        live = [each for each in waiting if each.live and each not in deferred][:free]
        catching_up = any(not work.waiting.live for work in self._works.values())
        over = [each for each in waiting if not each.live][: 0 if catching_up else 1]
        return live + over

    def _begin(self, waiting: Waiting) -> None:
        if self._must_stay(waiting):
            if not waiting.live:
                self._give_up(waiting, ELSEWHERE)
            return
        work = self._works[waiting.recording] = Work(waiting, self._own, self._proposing)
        work.start()

    def _must_stay(self, waiting: Waiting) -> bool:
        if self._own.speech_engine != REMOTE:
            return False
        with transaction() as session:
            return speech.stays_here(session, waiting.call)

    def _reap(self, work: Work, found: Waiting | None) -> None:
        """Record how a work ended; `found` is its recording now, if words are still wanted."""
        fault, waiting = work.fault, found or work.waiting
        if fault is None:
            if not work.left:
                self._finish(work, waiting)
        elif live_words.may_succeed_later(fault):
            self._rest(live_words.why(fault))
        elif work.waiting.live:
            self._broke[waiting.recording] += not live_words.is_of_the_sound(fault)
            self._rest(live_words.why(fault))
        elif live_words.is_of_the_sound(fault):
            self._give_up(waiting, live_words.why(fault))
        else:
            self._count(waiting, live_words.why(fault))

    def _finish(self, work: Work, waiting: Waiting) -> None:
        del self._broke[waiting.recording]
        with transaction() as session:
            took = now() - work.began
            done = replace(waiting, seconds=work.seconds)
            words_kept.finish(session, done, self._own.speech_engine, took=took)

    def _count(self, waiting: Waiting, why: str) -> None:
        """Note that the recogniser died of this sound; try it again, but not for ever."""
        with transaction() as session:
            tried = words_kept.count_attempt(session, waiting)
        if tried >= MOST_ATTEMPTS:
            self._give_up(waiting, why)
        else:
            self._rest(why)

    def _give_up(self, waiting: Waiting, why: str) -> None:
        with transaction() as session:
            words_kept.give_up(session, waiting, why)

    def _rest(self, why: str) -> None:
        log.warning("speech.away", error=why, remedy="tried again in seconds")
        self._rests_until = time.monotonic() + AWAY_S

    def _say_who_waits(self, wanted: dict[int, Waiting]) -> None:
        """Show of running calls that nobody hears for how long they have not been heard."""
        unheard = [each for each in wanted.values() if each.live]
        unheard = [each for each in unheard if each.recording not in self._works]
        unheard = [each for each in unheard if not self._must_stay(each)]
        if not unheard:
            return
        moment = now()
        with transaction() as session:
            for each in unheard:
                since = words_now.heard_until(session, each.call, words_now.CALLER)
                late = (moment - each.since - timedelta(seconds=since)).total_seconds()
                words_now.be_behind(
                    session, each.call, words_now.CALLER, round(max(0.0, late), 1), now=moment
                )
