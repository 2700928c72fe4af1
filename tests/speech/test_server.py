"""The speech process: its protocol, its refusals, and what happens when somebody leaves."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import wave
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from hotline.core.errors import CannotStart, NotAllowed
from hotline.speech.server import serve
from nlp.speech import Description, UnreadableSound
from nlp.speech_protocol import MAX_CHUNK, encode_chunk, encode_line
from nlp.speech_remote import SpeechUnavailable, health, transcribe_chunks, transcribe_file
from tests.speech.conftest import ScriptedEngine, Serving

TOKEN = "open sesame"  # noqa: S105 - opens nothing


def talk(path: Path, sent: bytes) -> list[dict[str, object]]:
    """Sends raw bytes and returns the lines that come back until the server hangs up."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(str(path))
        connection.sendall(sent)
        with connection.makefile("rb") as answers:
            return [json.loads(line) for line in answers]


def test_sound_goes_in_and_segments_come_out(engine: ScriptedEngine, serving: Serving) -> None:
    with serving(engine) as path:
        header = encode_line({"rate": 8000, "call": "c1"})
        lines = talk(path, header + encode_chunk(bytes(1600)) + encode_chunk(b""))
    *segments, done = lines
    assert [(s["text"], s["final"]) for s in segments] == [("路灯", False), ("路灯坏了", True)]
    assert segments[1] == {
        "start": 0.0,
        "end": 0.1,
        "text": "路灯坏了",
        "confidence": 0.9,
        "final": True,
    }
    assert done["done"] is True
    assert engine.heard == 1600
    assert engine.closed.is_set()


def test_health_names_engine_and_model(engine: ScriptedEngine, serving: Serving) -> None:
    with serving(engine) as path:
        assert health(path) == Description("scripted", "two words", "", partials=True)
        assert path.stat().st_mode & 0o777 == 0o600


def test_health_answers_while_a_decode_runs(engine: ScriptedEngine, serving: Serving) -> None:
    engine.gate.clear()
    with serving(engine) as path, socket.socket(socket.AF_UNIX) as busy:
        busy.connect(str(path))
        busy.sendall(encode_line({"rate": 8000}) + encode_chunk(bytes(160)))
        assert health(path).engine == "scripted"
        engine.gate.set()


def test_a_long_decode_holds_up_nobody_elses_ear(engine: ScriptedEngine, serving: Serving) -> None:
    engine.gate.clear()
    with serving(engine) as path, socket.socket(socket.AF_UNIX) as busy:
        busy.connect(str(path))
        busy.sendall(encode_line({"rate": 8000}) + encode_chunk(bytes(160)))
        assert engine.fed.wait(60)
        engine.fed.clear()
        with socket.socket(socket.AF_UNIX) as other:
            other.connect(str(path))
            other.sendall(encode_line({"rate": 8000}) + encode_chunk(bytes(160)))
            assert engine.fed.wait(60)
        engine.gate.set()


def test_who_waits_for_words_is_told_for_how_long(engine: ScriptedEngine, serving: Serving) -> None:
    engine.gate.clear()
    told: list[float] = []
    heard_of_waiting = threading.Event()

    def on_waiting(seconds: float) -> None:
        told.append(seconds)
        engine.gate.set()
        heard_of_waiting.set()

    def line() -> Iterator[bytes]:
        yield bytes(1600)
        heard_of_waiting.wait(60)

    with serving(engine) as path:
        *_, last = transcribe_chunks(path, 8000, line(), live=True, on_waiting=on_waiting)
    assert last.text == "路灯坏了"
    assert 0.5 < told[0] < 59


def test_a_recording_yields_its_final_segments(
    engine: ScriptedEngine, serving: Serving, tmp_path: Path
) -> None:
    with wave.open(str(tmp_path / "call.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(16_000))
    with serving(engine) as path:
        heard = list(transcribe_file(path, tmp_path / "call.wav", call="c1"))
    assert [(s.text, round(s.end, 6)) for s in heard] == [("路灯坏了", 1.0)]
    assert engine.heard == 16_000


def test_a_slow_recogniser_makes_the_sender_wait_and_loses_nothing(
    engine: ScriptedEngine, serving: Serving
) -> None:
    engine.gate.clear()
    chunk = encode_chunk(bytes(MAX_CHUNK))
    sent = 0
    with serving(engine) as path, socket.socket(socket.AF_UNIX) as sender:
        sender.connect(str(path))
        sender.sendall(encode_line({"rate": 8000}))
        sender.settimeout(0.3)
        with suppress(TimeoutError):
            while sent < 20 << 20:
                sent += sender.send(chunk[sent % len(chunk) :])
        assert sent < 3 << 20
        engine.gate.set()
        sender.settimeout(60)
        sender.sendall(chunk[sent % len(chunk) :] + encode_chunk(b""))
        with sender.makefile("rb") as answers:
            *_, done = answers
    assert json.loads(done)["done"] is True
    assert engine.heard == (sent // len(chunk) + 1) * MAX_CHUNK


def test_a_client_that_leaves_ends_its_stream_and_nobody_elses(
    engine: ScriptedEngine, serving: Serving
) -> None:
    with serving(engine) as path:
        with socket.socket(socket.AF_UNIX) as leaver:
            leaver.connect(str(path))
            leaver.sendall(encode_line({"rate": 8000}) + encode_chunk(bytes(160)) + b"\0\0")
        assert engine.closed.wait(60)
        assert [s.text for s in transcribe_chunks(path, 8000, [bytes(160)])][-1] == "路灯坏了"


def test_a_failing_recogniser_is_told_without_its_words(
    engine: ScriptedEngine, serving: Serving
) -> None:
    engine.broken = True
    with serving(engine) as path, pytest.raises(SpeechUnavailable, match="RuntimeError") as told:
        list(transcribe_chunks(path, 8000, [bytes(160)]))
    assert "secret" not in str(told.value)
    assert engine.closed.is_set()


@pytest.mark.parametrize(
    "sent",
    [
        b"hello\n",
        b"[1]\n",
        b'{"call": "c1"}\n',
        b'{"rate": "fast"}\n',
        b'{"rate": ' + b" " * 200_000 + b"8000}\n",
        encode_line({"rate": 8000}) + (MAX_CHUNK + 1).to_bytes(4, "big"),
    ],
)
def test_what_is_not_the_protocol_is_refused(
    engine: ScriptedEngine, serving: Serving, sent: bytes
) -> None:
    with serving(engine) as path:
        (line,) = talk(path, sent)
    assert line["status"] == 422


def test_a_token_is_asked_for_when_there_is_one(engine: ScriptedEngine, serving: Serving) -> None:
    with serving(engine, token=TOKEN) as path:
        with pytest.raises(NotAllowed):
            list(transcribe_chunks(path, 8000, [], token=TOKEN[:-1]))
        with pytest.raises(NotAllowed):
            health(path)
        assert health(path, token=TOKEN).engine == "scripted"


def test_an_absent_process_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(SpeechUnavailable, match="No speech process answers"):
        health(tmp_path / "speech.sock")
    with pytest.raises(SpeechUnavailable):
        list(transcribe_chunks(tmp_path / "speech.sock", 8000, []))


def test_a_process_that_stops_in_the_middle_is_unavailable(
    engine: ScriptedEngine, serving: Serving
) -> None:
    leave = threading.Event()

    def live_line() -> Iterator[bytes]:
        while not leave.wait(0.02):
            yield bytes(320)

    with serving(engine) as path:
        segments = transcribe_chunks(path, 8000, live_line())
        assert next(segments).text == "路灯"
    with pytest.raises(SpeechUnavailable, match="broke off"):
        list(segments)


def test_sound_that_breaks_off_is_not_the_processs_fault(
    engine: ScriptedEngine, serving: Serving
) -> None:
    def sound() -> Iterator[bytes]:
        yield bytes(320)
        raise UnreadableSound("The file ends in the middle.")

    with serving(engine) as path, pytest.raises(UnreadableSound, match="ends in the middle"):
        list(transcribe_chunks(path, 8000, sound()))


def test_a_second_process_does_not_take_the_socket(
    engine: ScriptedEngine, serving: Serving
) -> None:
    with serving(engine) as path:
        with pytest.raises(CannotStart, match="Another speech process"):
            asyncio.run(serve(path, engine, asyncio.Event()))
        assert health(path).engine == "scripted"


def test_a_socket_that_cannot_be_made_is_named(engine: ScriptedEngine, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "speech.sock", tmp_path / ("long" * 40)):
        with pytest.raises(CannotStart, match="can't be made"):
            asyncio.run(serve(path, engine, asyncio.Event()))


def test_sigterm_ends_the_process_cleanly_even_over_a_dead_ones_socket() -> None:
    path = Path(tempfile.mkdtemp(dir="/tmp")) / "s"
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(path))
    code = (
        "import sys; from pathlib import Path; from hotline.speech.server import run;"
        "from tests.speech.conftest import ScriptedEngine; run(Path(sys.argv[1]), ScriptedEngine())"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert "speech.ready" in process.stdout.readline()
        assert health(path).engine == "scripted"
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert not path.exists()
    path.parent.rmdir()
