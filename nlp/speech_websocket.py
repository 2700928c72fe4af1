"""A recogniser elsewhere that speaks the vosk-server protocol over a WebSocket."""

import json
from contextlib import ExitStack
from urllib.parse import urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from nlp.resample import Resampler, Samples
from nlp.speech import SAMPLE_RATE, Capabilities, Description, RecognizerError, Segment
from nlp.vosk_results import read_result

_OPEN_TIMEOUT_S = 5
_ANSWER_TIMEOUT_S = 30
_STEP = SAMPLE_RATE // 5  # samples a message
_EOF = '{"eof" : 1}'  # vosk-server compares the string itself, blanks and all


class WebsocketEngine:
    """A remote recogniser; a connection a stream, one answer for each chunk sent."""

    capabilities = Capabilities(partials=True)

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        if address.scheme not in ("ws", "wss") or not address.hostname:
            raise RecognizerError(
                f"{url!r} is not the address of a speech server.",
                remedy="Give one such as ws://speech.example:2700.",
            )
        self._url = url
        self._place = f"{address.hostname}:{address.port}" if address.port else address.hostname

    def describe(self) -> Description:
        return Description("websocket", self._place, "", self.capabilities.partials)

    def open_stream(self, rate: int) -> "WebsocketStream":
        connection = ExitStack()
        try:
            socket = connection.enter_context(connect(self._url, open_timeout=_OPEN_TIMEOUT_S))
        except (OSError, WebSocketException) as failure:
            raise RecognizerError(
                f"The speech server {self._place} doesn't answer: {failure}."
            ) from failure
        return WebsocketStream(rate, socket, connection)


class WebsocketStream:
    """One person's sound on one connection."""

    def __init__(self, rate: int, socket: ClientConnection, connection: ExitStack) -> None:
        self._resampler = Resampler(rate)
        self._socket = socket
        self._connection = connection
        self._samples = 0
        self._sentence_start = 0.0
        self._partial = ""
        config = {"sample_rate": SAMPLE_RATE, "words": True}
        self._send(json.dumps({"config": config}))  # answered with nothing

    def feed(self, pcm: bytes) -> list[Segment]:
        return self._hear(self._resampler.feed(pcm))

    def finish(self) -> list[Segment]:
        return self._hear(self._resampler.finish()) + self._ask(_EOF)

    def close(self) -> None:
        self._connection.close()

    def _hear(self, samples: Samples) -> list[Segment]:
        heard: list[Segment] = []
        for at in range(0, len(samples), _STEP):
            step = samples[at : at + _STEP]
            self._samples += len(step)
            heard += self._ask(step.astype("<i2").tobytes())
        return heard

    def _ask(self, message: str | bytes) -> list[Segment]:
        self._send(message)
        try:
            answer = self._socket.recv(timeout=_ANSWER_TIMEOUT_S)
        except (OSError, WebSocketException) as failure:
            raise RecognizerError(f"The speech server went away: {failure}.") from failure
        now = self._samples / SAMPLE_RATE
        segment = read_result(
            answer if isinstance(answer, str) else answer.decode(),
            start=self._sentence_start,
            end=now,
        )
        return self._news(segment, now)

    def _news(self, segment: Segment | None, now: float) -> list[Segment]:
        if segment is None or (not segment.final and segment.text == self._partial):
            return []
        self._partial = "" if segment.final else segment.text
        if segment.final:
            self._sentence_start = now
        return [segment]

    def _send(self, message: str | bytes) -> None:
        try:
            self._socket.send(message)
        except (OSError, WebSocketException) as failure:
            raise RecognizerError(f"The speech server went away: {failure}.") from failure
