"""What strangers send to the SIP port, and what fails beneath: the worker's other calls go on."""

import io
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from hotline.core.settings import Settings
from telephony import spool
from telephony.commands import (
    CallArrived,
    CallEnded,
    CallRefused,
)
from tests.e2e import bench
from tests.e2e.bench import Bench
from tests.e2e.phone import Phone, finish
from tests.e2e.spoken import encode_alaw
from tests.e2e.tape_sound import both

pytestmark = pytest.mark.e2e

SPOKEN = (
    *("notice", "leave_request", "tone", "thank_you", "still_there", "nothing_heard"),
    *("message_full", "busy"),
)
PROMPT_S = 0.3
ASKED_S = 3 * PROMPT_S + 0.5
SPEECH_S = 4.0
HEADER = "v=0\r\no=u 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
PCMA = HEADER + "m=audio 50000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"


def silence(seconds: float) -> bytes:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(8000)
        made.writeframes(bytes(int(8000 * seconds) * 2))
    return sound.getvalue()


def start_worker(folder: Path) -> Bench:
    return bench.start(folder, {name: silence(PROMPT_S) for name in SPOKEN})


@pytest.fixture(scope="module")
def worker() -> Iterator[Bench]:
    made = start_worker(Path(tempfile.mkdtemp(prefix="hotline-bench-")))
    yield made
    made.process.terminate()
    assert made.process.wait(60) == 0
    made.close()


@pytest.fixture
def own_worker() -> Iterator[Bench]:
    """A worker that the test may end."""
    made = start_worker(Path(tempfile.mkdtemp(prefix="hotline-bench-")))
    yield made
    made.process.kill()
    made.process.wait(60)
    made.close()


@pytest.fixture
def cramped_worker() -> Iterator[Bench]:
    """A worker whose recordings go to a file system of 32 KB: two seconds of speech."""
    folder = Path(tempfile.mkdtemp(prefix="hotline-bench-"))
    recordings = Settings(data_dir=folder).recordings_dir
    recordings.mkdir(parents=True)
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if not (mount and umount):
        pytest.skip("mount and umount are not installed")
    options = ("-t", "tmpfs", "-o", "size=32k", "tmpfs", str(recordings))
    mounted = subprocess.run([mount, *options], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"mount -t tmpfs is not permitted here: {mounted.stderr.strip()}")
    made = start_worker(folder)
    yield made
    made.process.kill()
    made.process.wait(60)
    made.close()
    subprocess.run([umount, "-l", str(recordings)], check=True)


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    """Something loud with the gaps of syllables, as raw A-law."""
    at = np.arange(int(8000 * SPEECH_S))
    sound = 6000 * np.sin(at * 0.3) * (at % 2400 < 1900)
    (tmp_path / "speech.alaw").write_bytes(encode_alaw(sound.astype(np.int16)))
    return tmp_path / "speech.alaw"


class Stranger:
    """A telephone that says in its packets whatever it likes."""

    def __init__(self, worker: Bench) -> None:
        self._place = ("127.0.0.1", worker.sip_port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(60)
        self._port = self._socket.getsockname()[1]

    def __enter__(self) -> "Stranger":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendto(data, self._place)

    def request(self, method: str, call_id: bytes, *, tag: str = "", body: str = "") -> bytes:
        branch = f"z9hG4bK{method}{hash(call_id)}{time.monotonic_ns()}"
        head = (
            f"{method} sip:12345@127.0.0.1:{self._place[1]} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP 127.0.0.1:{self._port};branch={branch};rport\r\n"
            f"From: <sip:13989001234@127.0.0.1>;tag=1\r\nTo: <sip:12345@127.0.0.1>{tag}\r\n"
            f"CSeq: {2 if method == 'BYE' else 1} {method}\r\nMax-Forwards: 70\r\n"
            f"Contact: <sip:13989001234@127.0.0.1:{self._port}>\r\n"
            f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n"
        )
        return head.encode() + b"Call-ID: " + call_id + b"\r\n\r\n" + body.encode()

    def invite(self, call_id: bytes, body: str) -> int:
        """Return the final status; a call that was taken is ended at once."""
        self.send(self.request("INVITE", call_id, body=body))
        status, tag = self._final()
        self.send(self.request("ACK", call_id, tag=tag))
        if status == 200:
            self.send(self.request("BYE", call_id, tag=tag))
            assert self._final()[0] == 200
        return status

    def _final(self) -> tuple[int, str]:
        while True:
            lines = self._socket.recv(4000).decode(errors="replace").split("\r\n")
            status = int(lines[0].split()[1])
            if status >= 200:
                to = next(line for line in lines if line.startswith("To:"))
                return status, to[to.find(";") :]


def loudness(worker: Bench, arrived: CallArrived) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return how loud each second of the recording is."""
    samples = both(worker.own.recordings_dir / arrived.recording)
    whole = len(samples) // 8000
    level: np.ndarray[tuple[int], np.dtype[np.float64]] = np.sqrt(
        (samples[: whole * 8000].reshape(whole, 8000) ** 2).mean(axis=1)
    )
    return level


def test_a_call_id_that_is_no_text_costs_no_channel_and_no_report(worker: Bench) -> None:
    worker.acknowledging = False
    with Stranger(worker) as stranger:
        for number in range(5):
            assert stranger.invite(b"a\xffb\x80%d" % number, PCMA) == 200
            ended = worker.next(CallEnded, within_s=5)
    worker.part()
    worker.acknowledging = True
    worker.meet()  # a switch that was started again hears everything once more
    assert worker.next(CallArrived, within_s=5).sip_call_id == "a\ufffdb\ufffd0"
    assert worker.report(CallEnded, ended.call_id, within_s=5) == ended


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (HEADER + "m=audio 50000 RTP/AVP 18\r\n", 488, "not_acceptable"),
        (HEADER + "m=video 50000 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n", 488, "not_acceptable"),
        ("v=0\r\nnonsense", 400, "bad_request"),
    ],
)
def test_a_caller_who_cannot_be_understood_is_written_down_as_such(
    worker: Bench, body: str, status: int, reason: str
) -> None:
    with Stranger(worker) as stranger:
        assert stranger.invite(b"unheard-of-%d" % len(body), body) == status
    refused = worker.next(CallRefused, within_s=5)
    assert (refused.caller, refused.reason) == ("13989001234", reason)


def test_a_flood_of_strange_packets_does_not_disturb_a_call(
    worker: Bench, tmp_path: Path, speech: Path
) -> None:
    running = Phone().wait(ASKED_S).speak(speech).hang_up().dial(worker.sip_port, tmp_path)
    arrived = worker.next(CallArrived, within_s=10)
    with Stranger(worker) as stranger:
        stranger.send(stranger.request("REGISTER", b"r"))
        stranger.send(b"\0" * 1400)
        end = time.monotonic() + 3
        sent = 0
        while time.monotonic() < end:
            for _ in range(20):  # 2,000 a second
                stranger.send(stranger.request("OPTIONS", b"o%d" % sent))
                sent += 1
            stranger.send(np.random.default_rng(sent).bytes(600))
            time.sleep(0.01)
    finish(running)
    ended = worker.report(CallEnded, arrived.call_id, within_s=10)
    assert sent > 2000
    assert ended.reason == "caller_hung_up"
    assert ended.seconds == pytest.approx(ASKED_S + SPEECH_S, abs=0.5)
    assert (loudness(worker, arrived)[2:-1] > 1000).all()


def test_a_call_over_tcp_is_taken(worker: Bench, tmp_path: Path) -> None:
    Phone(transport="t1").wait(1).hang_up().call(worker.sip_port, tmp_path)
    assert worker.next(CallEnded, within_s=10).seconds == pytest.approx(1.0, abs=0.3)


@pytest.mark.parametrize("held", ["inactive", "sendonly"])
def test_a_caller_who_holds_us_and_comes_back_is_recorded_on(
    worker: Bench, tmp_path: Path, speech: Path, held: str
) -> None:
    phone = Phone().wait(ASKED_S).offer(held).wait(1).offer("sendrecv").speak(speech).hang_up()
    phone.call(worker.sip_port, tmp_path)
    arrived = worker.next(CallArrived, within_s=5)
    ended = worker.report(CallEnded, arrived.call_id, within_s=10)
    assert ended.seconds == pytest.approx(ASKED_S + 1 + SPEECH_S, abs=0.5)
    assert (loudness(worker, arrived)[2:-1] > 1000).all()


def test_a_call_that_never_offers_sound_ends_by_itself(worker: Bench, tmp_path: Path) -> None:
    Phone(media="inactive").until_hung_up().call(worker.sip_port, tmp_path)
    assert worker.next(CallEnded, within_s=10).reason == "no_media"


def test_a_worker_that_leaves_unheard_leaves_its_reports_behind(own_worker: Bench) -> None:
    own_worker.acknowledging = False
    with Stranger(own_worker) as stranger:
        assert stranger.invite(b"last-words", HEADER + "m=audio 50000 RTP/AVP 18\r\n") == 488
    refused = own_worker.next(CallRefused, within_s=5)
    own_worker.process.send_signal(signal.SIGTERM)
    assert own_worker.process.wait(60) == 0
    assert own_worker.hello
    [(path, reports)] = spool.read(own_worker.own.run_dir)
    assert (path.name, reports) == (f"reports-{own_worker.hello.worker}.jsonl", [refused])
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_full_disk_ends_the_calls_and_not_the_worker(
    cramped_worker: Bench, tmp_path: Path
) -> None:
    phones = [Phone(number=f"1398900100{n}").until_hung_up() for n in range(2)]
    calls = [phone.dial(cramped_worker.sip_port, tmp_path) for phone in phones]
    for running in calls:
        finish(running)
    ended = [cramped_worker.next(CallEnded, within_s=10) for _ in calls]
    assert [each.reason for each in ended] == ["not_recorded", "not_recorded"]
    assert cramped_worker.process.poll() is None
    with Stranger(cramped_worker) as stranger:
        # Nothing could be kept of the next one: they are on the call-back list.
        assert stranger.invite(b"the-next", PCMA) == 486
        for tape in cramped_worker.own.recordings_dir.rglob("*.tape"):
            tape.unlink()
        assert stranger.invite(b"and-the-one-after", PCMA) == 200
