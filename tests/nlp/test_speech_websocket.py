"""The remote engine against a server that speaks the vosk-server protocol with scripted words."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.server import ServerConnection, serve

from nlp.resample import Samples
from nlp.speech import RecognizerError, Segment, SpeechEngine, choose_engine, decoded

WORD = {"word": "停水", "start": 0.1, "end": 0.4, "conf": 0.8}


class AlwaysVoice:
    """An ear that takes everything for a voice."""

    def probabilities(self, windows: Samples) -> list[float]:
        return [0.9] * len(windows)


class VoskServer:
    """Answers every chunk with a growing partial and the end with the sentence."""

    def __init__(self) -> None:
        self.configs: list[dict[str, object]] = []
        self.heard = 0

    def __call__(self, connection: ServerConnection) -> None:
        for message in connection:
            if isinstance(message, bytes):
                self.heard += len(message)
                connection.send(json.dumps({"partial": "停" if self.heard < 9000 else "停水"}))
            elif "config" in message:
                self.configs.append(json.loads(message)["config"])
            else:
                connection.send(json.dumps({"result": [WORD], "text": "停水"}))
                return


@pytest.fixture
def vosk_server() -> Iterator[tuple[VoskServer, str]]:
    handler = VoskServer()
    with serve(handler, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield handler, f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
        thread.join()


def engine_at(url: str) -> SpeechEngine:
    return choose_engine("websocket", models_dir=Path("unused"), websocket_url=url)


def test_sound_goes_out_at_16_khz_and_comes_back_as_segments(
    vosk_server: tuple[VoskServer, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, url = vosk_server
    monkeypatch.setattr("nlp.speech_websocket.VoiceDetector", AlwaysVoice)
    stream = engine_at(url).open_stream(8000)
    heard = decoded(stream.feed(bytes(8000)) + stream.finish())
    stream.close()
    assert [(s.text, s.final) for s in heard] == [("停", False), ("停水", False), ("停水", True)]
    assert heard[-1] == Segment(0.1, 0.4, "停水", 0.8, final=True)
    assert handler.heard // 1024 == 16  # whole windows of 32 ms, half a second and a bit
    assert handler.configs == [{"sample_rate": 16_000, "words": True}]


def test_who_says_nothing_needs_no_server() -> None:
    stream = engine_at("ws://127.0.0.1:9").open_stream(8000)
    assert decoded(stream.feed(bytes(160_000)) + stream.finish()) == []
    stream.close()


def test_a_server_that_is_away_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlp.speech_websocket.VoiceDetector", AlwaysVoice)
    (piece,) = engine_at("ws://127.0.0.1:9").open_stream(8000).feed(bytes(8000))
    with pytest.raises(RecognizerError, match=r"127\.0\.0\.1:9"):
        piece.decode()


def test_the_description_keeps_passwords_in_the_address_to_itself() -> None:
    description = engine_at("wss://user:secret@asr.example:2700/zh").describe()
    assert (description.engine, description.model) == ("websocket", "asr.example:2700")


@pytest.mark.parametrize("url", ["", "http://asr.example", "asr.example:2700"])
def test_an_address_that_is_no_websocket_is_refused(url: str) -> None:
    with pytest.raises(RecognizerError, match="not the address of a speech server"):
        engine_at(url)
