"""sipp as a city's callers and its agents' desk phones: who talks for how long, what came of it."""

import csv
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hotline.bench.calls_scenarios import DESK, caller
from hotline.core.errors import CannotStart, Unavailable

HOST = "127.0.0.1"
SILENT_S = 60.0  # beyond what its calls take: then it is ended
TONE = bytes([0x90] * 8 + [0x10] * 8) * 5000  # 10 s of a rough 500 Hz, A-law
FIRST_CALLER = 13900000000
CALLERS_RTP, DESKS_RTP = 20000, 25000


@dataclass(frozen=True)
class Load:
    """Calls to the workers' ports in turn; each caller talks for so long, then hangs up.

    `sound` is what they say, over and over: A-law, in whole frames of 160 bytes.
    """

    ports: Sequence[int]
    calls: int
    per_s: float
    talk_s: float
    patient: bool = False  # who is told that all is busy rings again
    first: int = FIRST_CALLER  # the number of the first of them
    sound: bytes = TONE
    rtp_port: int = CALLERS_RTP  # the first of a hundred; another sipp takes others


@dataclass
class Callers:
    """A running sipp that dials."""

    load: Load
    folder: Path
    process: "subprocess.Popen[bytes]"
    _deadline: float = field(default=0.0)

    def __post_init__(self) -> None:
        takes = self.load.calls / self.load.per_s + self.load.talk_s
        self._deadline = time.monotonic() + takes + SILENT_S

    @property
    def running(self) -> bool:
        return self.process.poll() is None and time.monotonic() < self._deadline

    def wait(self) -> None:
        """Wait until the last call has ended; raise Unavailable when that does not come."""
        try:
            self.process.wait(max(0.1, self._deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
            raise Unavailable("sipp's calls do not end.", remedy="Read switch.log.") from None

    @property
    def failed(self) -> int:
        """How many of its calls did not go from INVITE to BYE as they should, once it is over."""
        rows = _rows(self.folder / "stat.csv")
        last = dict(zip(rows[0], rows[-1], strict=False))
        return self.load.calls - int(last["SuccessfulCall(C)"])

    def invite_ms(self) -> list[float]:
        """Return the time from each INVITE to its 200, sorted."""
        [path] = self.folder.glob("*_rtt.csv")
        return sorted(float(row[1]) for row in _rows(path)[1:] if len(row) > 1)


def _rows(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text().splitlines(), delimiter=";"))


@contextmanager
def calling(load: Load, folder: Path) -> Iterator[Callers]:
    """Yield callers who have begun to dial; whoever still talks at the end is cut off."""
    folder.mkdir(parents=True)
    numbers = folder / "numbers.csv"
    places = (load.ports[each % len(load.ports)] for each in range(load.calls))
    lines = (f"{load.first + each};{port};\n" for each, port in enumerate(places))
    numbers.write_text("SEQUENTIAL\n" + "".join(lines))
    options = (
        *(f"{HOST}:{load.ports[0]}", "-s", "12345", "-inf", str(numbers)),
        *("-m", str(load.calls), "-l", str(load.calls), "-r", f"{load.per_s:g}"),
        *("-d", str(round(load.talk_s * 1000))),
        *("-trace_stat", "-stf", "stat.csv", "-fd", "1", "-trace_rtt", "-rtt_freq", "1"),
    )
    scenario = caller(patient=load.patient)
    with _sipp("caller", scenario, folder, options, load.sound, load.rtp_port) as process:
        yield Callers(load, folder, process)


@contextmanager
def desks(
    port: int, folder: Path, sound: bytes = TONE, rtp_port: int = DESKS_RTP
) -> Iterator[None]:
    """Have desk phones at this port for as long as the block runs: each call is taken at once."""
    folder.mkdir(parents=True)
    with _sipp("desk", DESK, folder, ("-p", str(port)), sound, rtp_port):
        yield


@contextmanager
def _sipp(
    kind: str, scenario: str, folder: Path, options: Sequence[str], sound: bytes, rtp: int
) -> "Iterator[subprocess.Popen[bytes]]":
    path = shutil.which("sipp")
    if not path:
        raise CannotStart("There is no sipp.", remedy="Run `apt-get install sip-tester`.")
    (folder / f"{kind}.alaw").write_bytes(sound)
    (folder / f"{kind}.xml").write_text(scenario)
    command = [
        *(path, *options, "-sf", f"{kind}.xml", "-i", HOST, "-nostdin"),
        *("-mp", str(rtp)),
    ]
    with (folder / "errors").open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603  # sipp with our own options
            command, stdout=subprocess.DEVNULL, stderr=errors, cwd=folder
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)
