"""`kill -9` of one process after the other with twenty calls up: what it costs, and how long.

Each time: whose calls end, when their callers are on the call-back list and their agents free,
whether everybody else's sound goes on, whether a word is lost, when a new caller is answered.
"""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from hotline.core.clock import now
from tests.e2e.conftest import wait_for
from tests.soak.deaths_facts import Word
from tests.soak.deaths_floor import CALLS, PERIOD_S, Floor, floor

LISTED_S, FREE_S = 10.0, 5.0
AT_ONCE_S = 2.0
WATCHED_S = 10.0
MOST_LOST_FRAMES_PCT = 1.0
WORDS_WITHIN_S = 600.0
LATE_S = 30.0  # of running calls, sentences that ended so long before count
SETTLED_S = 70.0  # who was sent to the machine, and says nothing there, has been sent away by then
_POLL_S = 0.05
_NOTICED_S = 0.3  # by then nobody takes the dead process for a living one
SPEECH, WEB, REDIS, SWITCH = "speech process", "web process", "Redis", "switch"
WORKER = "media worker"
DEATHS = (WORKER, SWITCH, SPEECH, WEB, REDIS)
_CALLED = {SPEECH: "speech", WEB: "serve", SWITCH: "switch"}


@dataclass(frozen=True)
class Figure:
    """What was measured after a death; `limit` None: it is only told."""

    death: str
    name: str
    value: float
    limit: float | None = None
    at_least: bool = False

    @property
    def missed(self) -> bool:
        if self.limit is None:
            return False
        return self.value < self.limit if self.at_least else not self.value <= self.limit

    def __str__(self) -> str:
        word = "at least" if self.at_least else "limit"
        limit = "" if self.limit is None else f" ({word} {self.limit:g})"
        return f"{self.death}: {self.name} {self.value:g}{limit}{' MISSED' * self.missed}"


@dataclass
class Struck:
    """One death: what stood before it, and whom it took."""

    death: str
    at: float
    before: Mapping[uuid.UUID, str]
    dead: frozenset[uuid.UUID]
    words: set[Word]
    tapes: dict[uuid.UUID, float]
    seats: int  # in the dead calls
    figures: list[Figure] = field(default_factory=list)

    @property
    def others(self) -> set[uuid.UUID]:
        return set(self.before) - self.dead

    def tell(self, name: str, value: float, limit: float | None = None, **how: bool) -> None:
        self.figures.append(Figure(self.death, name, round(value, 2), limit, **how))
        print(self.figures[-1], flush=True)


def die(folder: Path, deaths: tuple[str, ...] = DEATHS) -> tuple[str, ...]:
    """Kill each of these with the calls up; print every figure, return those that were missed."""
    with floor(folder) as made:
        _all_heard(made)
        told = [figure for death in deaths for figure in _death(made, death)]
        told += _reckon(made)
    return tuple(str(figure) for figure in told if figure.missed)


def _death(made: Floor, death: str) -> list[Figure]:
    struck = _strike(made, death)
    with ThreadPoolExecutor(1) as beside:
        back = beside.submit(_well_again, made, struck)
        _new_call(made, struck)
        _others(made, struck)
        struck.tell("all parts well again after s", back.result())
    _words(made, struck)
    missing = CALLS - len(made.facts.calls())
    if missing > 0:
        made.bring_up(missing, PERIOD_S)
    return struck.figures


def _well_again(made: Floor, struck: Struck) -> float:
    """Return when /readyz said so, in seconds since the death."""
    time.sleep(_NOTICED_S)
    wait_for(made.hotline.ready, 120, f"not all is well after the death of {struck.death}")
    return time.monotonic() - struck.at


def _strike(made: Floor, death: str) -> Struck:
    before = made.facts.calls()
    process = _victim(made, death, before)
    named = f".{process.pid}"
    dead = frozenset(call for call, worker in before.items() if worker.endswith(named))
    seats = made.facts.held_by(dead)
    words, lengths = made.facts.words(), made.facts.lengths(before)
    process.kill()
    return Struck(death, time.monotonic(), before, dead, words, lengths, seats)


def _victim(made: Floor, death: str, before: Mapping[uuid.UUID, str]) -> psutil.Process:
    """Return the process; of the media workers the one that has most agents' calls, and most."""
    if death == REDIS:
        children = psutil.Process(made.hotline.process.pid).children(recursive=True)
        return next(each for each in children if each.name() == "redis-server")
    if death in _CALLED:
        return made.hotline.process_named(_CALLED[death])
    theirs = {worker: [c for c, w in before.items() if w == worker] for worker in before.values()}
    chosen = max(theirs, key=lambda each: (made.facts.held_by(theirs[each]), len(theirs[each])))
    return made.hotline.process_named(chosen.rpartition(".")[0])


def _new_call(made: Floor, struck: Struck) -> None:
    """Watch what the death brings about while one more caller dials."""
    dialled = now()
    running = made.dial(1, PERIOD_S, talk_s=WATCHED_S + 5)
    facts, dead = made.facts, struck.dead
    asks: dict[str, Callable[[], bool]] = {
        "new": lambda: bool(facts.answered(since=dialled)),
        "owed": lambda: facts.owed(dead) == len(dead),
        "free": lambda: facts.held_by(dead) == 0,
        "ended": lambda: not dead & facts.calls().keys(),
    }
    seen = _moments(asks, 60.0, since=struck.at)
    at = min(facts.answered(since=dialled).values(), default=None)
    waited = (at - dialled).total_seconds() if at else float("inf")
    struck.tell("a new caller answered after s", waited, AT_ONCE_S)
    if dead:
        struck.tell("its calls", len(dead))
        struck.tell("they stand as ended after s", seen["ended"])
        struck.tell("their callers on the call-back list after s", seen["owed"], LISTED_S)
        struck.tell("agents in them", struck.seats)
        struck.tell("those agents free after s", seen["free"], FREE_S)
    running.wait()
    theirs = facts.answered(since=dialled).keys()
    wait_for(lambda: not theirs & facts.calls().keys(), 60, "the new caller's call does not end")


def _moments(
    asks: Mapping[str, Callable[[], bool]], within_s: float, *, since: float
) -> dict[str, float]:
    """Return when each was first true, in seconds since then; infinity for what never was."""
    seen: dict[str, float] = {}
    while time.monotonic() - since < within_s and len(seen) < len(asks):
        for name, ask in asks.items():
            if name not in seen and ask():
                seen[name] = time.monotonic() - since
        time.sleep(_POLL_S)
    return {name: seen.get(name, float("inf")) for name in asks}


def _others(made: Floor, struck: Struck) -> None:
    """Whoever was not the dead worker's caller is still there, and sound came all the while."""
    wait_for(lambda: time.monotonic() - struck.at > WATCHED_S, 60, "no time")
    up = struck.others & made.facts.calls().keys()
    struck.tell("other calls that ended", len(struck.others) - len(up), 0)
    lengths = made.facts.lengths(up)
    frames = empty = 0
    for call in up:
        since, until = struck.tapes[call], lengths[call]
        frames += round((until - since) * 50)
        empty += made.facts.lost_frames(call, since, until)
    due = (time.monotonic() - struck.at) * 50 * len(up)
    struck.tell("frames of others since, of those due %", 100 * frames / due, 98, at_least=True)
    struck.tell("empty ones among them %", 100 * empty / frames, MOST_LOST_FRAMES_PCT)


def _words(made: Floor, struck: Struck) -> None:
    """Nothing that was written down is gone; what lies on the dead calls' tapes is written down."""
    struck.tell("utterances kept before", len(struck.words))
    struck.tell("of them gone", len(struck.words - made.facts.words()), 0)
    dead = struck.dead
    if not dead:
        return
    began = time.monotonic()
    wait_for(lambda: made.facts.written_down(dead) == len(dead), WORDS_WITHIN_S, "no words")
    struck.tell("all of their tapes written down after s", time.monotonic() - began)
    lengths = made.facts.lengths(dead)
    short = max(struck.tapes[call] - lengths[call] for call in dead)
    struck.tell("s of a dead call's tape gone", max(0.0, short), 0)
    _tell_sentences(made, struck.tell, lengths)


def _tell_sentences(
    made: Floor, tell: Callable[..., None], until: Mapping[uuid.UUID, float]
) -> None:
    counted = [
        made.facts.sentences(call, made.periods[call], made.sentence_s, end_s)
        for call, end_s in until.items()
    ]
    said, kept = (sum(each) for each in zip(*counted, strict=True))
    tell("sentences said", said)
    tell("of them without words", said - kept, 0)


def _all_heard(made: Floor) -> None:
    """Wait until everybody has said something that stands as words."""

    def heard() -> bool:
        speaking = {call for call, speaker, _, _ in made.facts.words() if speaker == "caller"}
        return made.facts.calls().keys() <= speaking

    wait_for(heard, WORDS_WITHIN_S, "not everybody's words are there")


def _reckon(made: Floor) -> Iterator[Figure]:
    """Say in the end whether every sentence of those who were never cut off has become words."""
    struck = Struck("all calls", 0.0, made.facts.calls(), frozenset(), set(), {}, 0)
    time.sleep(SETTLED_S)
    left = struck.before.keys() & made.facts.calls().keys()
    struck.tell("ended by themselves since", len(struck.before) - len(left), 0)
    until = {call: end - LATE_S for call, end in made.facts.lengths(left).items()}
    made.hush()  # what was said is still to be heard on a busy machine: nothing is added

    def heard() -> bool:
        counted = [
            made.facts.sentences(call, made.periods[call], made.sentence_s, end)
            for call, end in until.items()
        ]
        return all(said == kept for said, kept in counted)

    try:
        wait_for(heard, WORDS_WITHIN_S, "not all words came")
    except AssertionError as error:
        print(error)
    _tell_sentences(made, struck.tell, until)
    yield from struck.figures
