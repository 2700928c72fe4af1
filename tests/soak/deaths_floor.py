"""A floor with twenty calls up: some at the machine, some with agents, some waiting; all speak."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine

from hotline.bench.calls_fleet import sign_in
from hotline.bench.calls_sipp import HOST, Callers, Load, calling, desks
from hotline.bench.scratch import Place
from hotline.core.ports import free_port
from hotline.core.settings import settings
from tests.e2e.conftest import SHARED, Hotline, start, stop, wait_for
from tests.e2e.desks import database_of
from tests.e2e.spoken import encode_alaw, to_alaw
from tests.soak.deaths_facts import Facts

CALLS, AT_MACHINE, AGENTS, WORKERS = 20, 6, 8, 12
SAYS = "call_07.wav"
# Each says the same again and again; together as much talk as three people who never stop.
PERIOD_S, MACHINE_PERIOD_S, AGENT_PERIOD_S = 90.0, 20.0, 240.0
UP_S = 3600.0  # a call lasts as long as it is let
SITE = {
    "HOTLINE_KAMAILIO": "auto",  # in front, as wherever more than one worker has callers
    "HOTLINE_MEDIA_WORKERS": str(WORKERS),
    "HOTLINE_RTP_PORT_MIN": "46000",
    "HOTLINE_RTP_PORT_MAX": "47999",
    "HOTLINE_SILENCE_END_S": "60",  # between two of their sentences it is silent for long
    "HOTLINE_QUEUE_LONGEST_S": "3600",  # they wait until all is measured
    "HOTLINE_MESSAGE_LIMIT_S": "3600",
}
_FIRST_NUMBER, _DESKS_PORT, _RTP_PORT = 13911000000, 18700, 27000
_NOISE = 24.0  # so quiet that nobody speaks, so loud that a lost frame is seen on the tape


@dataclass
class Floor:
    """The running site, whoever talks on it, and what its database says."""

    hotline: Hotline
    facts: Facts
    folder: Path
    stack: ExitStack
    said: int = 0  # how many sipps were started
    periods: dict[uuid.UUID, float] = field(default_factory=dict)  # of what each caller says
    callers: list[Callers] = field(default_factory=list)
    speech: bytes = b""  # one sentence, A-law

    @property
    def sentence_s(self) -> float:
        return len(self.speech) / 8000

    def dial(self, calls: int, period_s: float, *, talk_s: float = UP_S) -> Callers:
        """Let so many more call the hotline's number, at two a second."""
        self.said += 1
        load = Load(
            (self.hotline.sip_port,),
            calls,
            2.0,
            talk_s,
            first=_FIRST_NUMBER + 100 * self.said,
            sound=over_and_over(self.speech, period_s),
            rtp_port=_RTP_PORT + 100 * self.said,
        )
        running = self.stack.enter_context(calling(load, self.folder / f"callers{self.said}"))
        self.callers.append(running)
        return running

    def hush(self) -> None:
        """Let nobody who calls say any more; their lines are dead from now on."""
        for each in self.callers:
            each.process.kill()

    def bring_up(self, calls: int, period_s: float) -> None:
        """Let so many more call, and wait until their lines are open."""
        before = self.facts.calls()
        running = self.dial(calls, period_s)

        def fresh() -> set[uuid.UUID]:
            return {each for each in self.facts.answered() if each not in before}

        wait_for(lambda: len(fresh()) == calls, 60, f"not {calls} calls up: {running.folder}")
        self.periods |= dict.fromkeys(fresh(), period_s)


@contextmanager
def floor(folder: Path) -> Iterator[Floor]:
    """Yield the floor once every agent talks, the others wait or leave a message."""
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for name, value in SITE.items():
            patch.setenv(name, value)
        (folder / "site").mkdir()
        hotline = start(folder / "site")
        stack.callback(stop, hotline)
        engine = stack.enter_context(database_of(hotline.data_dir))
        made = Floor(hotline, Facts(engine, settings()), folder, stack, speech=_sentence(folder))
        made.bring_up(AT_MACHINE, MACHINE_PERIOD_S)  # while nobody is there
        _seat_agents(made, engine)
        made.bring_up(CALLS - AT_MACHINE, PERIOD_S)
        wait_for(lambda: made.facts.talking() == AGENTS, 60, "not every agent talks")
        yield made


def over_and_over(speech: bytes, period_s: float) -> bytes:
    """Return a sentence and the hush after it, as A-law in whole frames."""
    frames = round(period_s * 50)
    hush = np.random.default_rng(12345).normal(0, _NOISE, frames * 160 - len(speech))
    return speech + encode_alaw(hush.astype(np.int16))


def _sentence(folder: Path) -> bytes:
    said = to_alaw(SHARED / "data" / "speech" / "hotline" / SAYS, folder).read_bytes()
    return said[: len(said) // 160 * 160]


def _seat_agents(made: Floor, engine: Engine) -> None:
    port = free_port(HOST, _DESKS_PORT)
    sound = over_and_over(made.speech, AGENT_PERIOD_S)
    made.stack.enter_context(desks(port, made.folder / "desks", sound, _RTP_PORT))
    sign_in(Place(settings(), engine), _addresses(port))
    wait_for(lambda: made.facts.ready_agents() == AGENTS, 20, "not every agent is logged in")


def _addresses(port: int) -> Sequence[str]:
    return [f"sip:desk{each}@{HOST}:{port}" for each in range(AGENTS)]
