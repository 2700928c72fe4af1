"""`bench speech`, while people talk: how late their words are rows, for how many at once.

Callers of sipp say recordings, one after the other with a second between them: as much talk as two
people make who take turns. Switch, media workers, recogniser and router run as in `hotline up`,
on a scratch database. Late is an utterance's time from its last sound to its row.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from sqlmodel import Session, col, func, select

from hotline.bench.calls_fleet import CALLERS_EACH, Fleet, running
from hotline.bench.calls_sipp import Load, calling
from hotline.bench.scratch import places
from hotline.bench.speech import Outcome, a_law
from hotline.core.errors import Invalid, Unavailable
from hotline.core.settings import Settings
from nlp.speech_remote import SpeechUnavailable, health
from telephony.models import Recording, RecordingStatus

Say = Callable[[str], None]

MOST_LATE_S = 4.0
CONVERSATIONS = (1, 2, 4, 8, 12, 16)
NOTICE_S, PAUSE_S = 7.0, 1.0
APART_S = 0.7  # who comes next begins so much later
TAIL_S = 0.2  # of silence that stays with an utterance: its voice ended before
_SILENCE = b"\xd5"  # A-law
_RATE, _FRAME = 8000, 160
_READY_S, _WRITTEN_S = 180.0, 900.0


@dataclass(frozen=True)
class Talk:
    """What each caller says: so many recordings, in so much sound."""

    sound: bytes
    recordings: int

    @property
    def seconds(self) -> float:
        return len(self.sound) / _RATE


def talk_of(folder: Path, most: int = 10) -> Talk:
    """Return the folder's first recordings as one caller says them; raise Invalid without any."""
    paths = sorted(folder.glob("*.wav"))[:most]
    if not paths:
        raise Invalid(f"{folder} holds no recordings (*.wav).")
    pause = _SILENCE * round(PAUSE_S * _RATE)
    sound = _SILENCE * round(NOTICE_S * _RATE) + b"".join(a_law(each) + pause for each in paths)
    return Talk(sound + _SILENCE * (-len(sound) % _FRAME), len(paths))


def measure(site: Settings, counts: Sequence[int], talk: Talk, say: Say) -> Outcome:
    """Raise the conversations as `counts` says until words are later than `MOST_LATE_S` (p95)."""
    live: list[dict[str, Any]] = []
    workers = -(-max(counts) // CALLERS_EACH)
    with places(site, ("speech",)) as made:
        say(f"starting the recogniser and {workers} media workers …")
        with running(made["speech"], workers, live_calls=max(counts)) as fleet, _beside(fleet):
            for count in counts:
                live.append({"conversations": count, **_talked(fleet, count, talk)})
                say("{conversations} talk: p95 {p95_s} s of {utterances}".format(**live[-1]))
                if live[-1]["p95_s"] > MOST_LATE_S:
                    break
    return _outcome(live)


def _outcome(live: list[dict[str, Any]]) -> Outcome:
    within = [each["conversations"] for each in live if each["p95_s"] <= MOST_LATE_S]
    late = [each for each in live if each["p95_s"] > MOST_LATE_S]
    figures = {
        "live": live,
        "limit_s": MOST_LATE_S,
        "conversations_within": max(within, default=0),
        "conversations_late": late[0]["conversations"] if late else None,
    }
    missed = [
        f"one conversation: words {each['p95_s']} s later (p95), at most {MOST_LATE_S} s"
        for each in late
        if each["conversations"] == 1
    ]
    return Outcome(figures, tuple(missed))


def _talked(fleet: Fleet, count: int, talk: Talk) -> dict[str, Any]:
    before, known = len(fleet.told("call.transcript")), _recordings(fleet)
    load = Load(fleet.ports(), count, 1 / APART_S, talk.seconds, sound=talk.sound)
    with calling(load, fleet.own.data_dir / f"talk-{count}") as callers:
        callers.wait()
        if callers.failed:
            raise Unavailable(f"{callers.failed} of {count} calls failed.")
    _until(lambda: _written(fleet, known + count), _WRITTEN_S, "All words did not come")
    lates = [float(each["late_s"]) + TAIL_S for each in fleet.told("call.transcript")[before:]]
    return {"said": count * talk.recordings, **late_figures(lates)}


def late_figures(lates: Sequence[float]) -> dict[str, Any]:
    """Return the median, the 95th percentile and the worst, in seconds; raise without any."""
    if not lates:
        raise Unavailable("No words came.", remedy="Do the recordings hold speech?")
    p95 = quantiles(lates, n=20, method="inclusive")[-1] if len(lates) > 1 else lates[0]
    return {
        "utterances": len(lates),
        "p50_s": round(median(lates), 2),
        "p95_s": round(p95, 2),
        "worst_s": round(max(lates), 2),
    }


@contextmanager
def _beside(fleet: Fleet) -> Iterator[None]:
    """Run the recogniser, and a worker that asks the router about what is said."""
    log = (fleet.own.data_dir / "speech.log").open("wb")
    with log:
        started = [
            subprocess.Popen(  # noqa: S603  # our own module
                [sys.executable, "-m", "hotline.cli", name],
                env=fleet.own.child_environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            for name in ("speech", "worker")
        ]
        try:
            _until(lambda: _hears(fleet), _READY_S, "The recogniser is not ready")
            yield
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(60)


def _hears(fleet: Fleet) -> bool:
    with suppress(SpeechUnavailable):
        return bool(health(fleet.own.speech_socket))
    return False


def _recordings(fleet: Fleet) -> int:
    with Session(fleet.place.engine) as session:
        return int(session.exec(select(func.count()).select_from(Recording)).one())


def _written(fleet: Fleet, expected: int) -> bool:
    done = (RecordingStatus.TRANSCRIBED, RecordingStatus.FAILED)
    written = select(func.count()).where(col(Recording.status).in_(done))
    with Session(fleet.place.engine) as session:
        return int(session.exec(written).one()) >= expected


def _until(true: Callable[[], bool], within_s: float, otherwise: str) -> None:
    until = time.monotonic() + within_s
    while not true():
        if time.monotonic() > until:
            raise Unavailable(f"{otherwise} within {within_s:.0f} s.")
        time.sleep(0.5)
