"""A recogniser elsewhere that speaks the vosk-server protocol over a WebSocket."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from urllib.parse import urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from nlp.gate import Gate, Span
from nlp.resample import Resampler
from nlp.speech import (
    SAMPLE_RATE,
    Capabilities,
    Description,
    Piece,
    RecognizerError,
    Segment,
    moved,
)
from nlp.voice import VoiceDetector
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
        return WebsocketStream(rate, self._connect)

    def _connect(self, until: ExitStack) -> ClientConnection:
        try:
            return until.enter_context(connect(self._url, open_timeout=_OPEN_TIMEOUT_S))
        except (OSError, WebSocketException) as failure:
            raise RecognizerError(
                f"The speech server {self._place} doesn't answer: {failure}."
            ) from failure


class WebsocketStream:
    """One person's sound on one connection, which is made when they first say something."""

    def __init__(self, rate: int, connect: Callable[[ExitStack], ClientConnection]) -> None:
        self._resampler = Resampler(rate)
        self._gate = Gate(VoiceDetector().probabilities)
        self._connect = connect
        self._socket: ClientConnection | None = None
        self._until_closed = ExitStack()
        self._told = 0  # samples that the server was sent
        self._skipped = 0  # samples of the stream before those, that it was not
        self._sentence_start = 0.0
        self._partial = ""

    def feed(self, pcm: bytes) -> list[Piece]:
        return self._pieces(self._gate.feed(self._resampler.feed(pcm)))

    def finish(self) -> list[Piece]:
        last = self._gate.feed(self._resampler.finish()) + self._gate.finish()
        return [*self._pieces(last), Piece(self._gate.seconds, self._end)]

    def close(self) -> None:
        self._until_closed.close()

    def _pieces(self, spans: list[Span]) -> list[Piece]:
        return [Piece(span.end, partial(self._hear, span)) for span in spans]

    def _hear(self, span: Span) -> list[Segment]:
        self._skipped = span.first - self._told
        heard: list[Segment] = []
        for at in range(0, len(span.samples), _STEP):
            step = span.samples[at : at + _STEP]
            self._told += len(step)
            heard += self._ask(step.astype("<i2").tobytes())
        return heard

    def _end(self) -> list[Segment]:
        return self._ask(_EOF) if self._socket is not None else []

    def _open(self) -> ClientConnection:
        if self._socket is None:
            self._socket = self._connect(self._until_closed)
            config = {"sample_rate": SAMPLE_RATE, "words": True}
            _send(self._socket, json.dumps({"config": config}))  # answered with nothing
        return self._socket

    def _ask(self, message: str | bytes) -> list[Segment]:
        socket = self._open()
        _send(socket, message)
        try:
            answer = socket.recv(timeout=_ANSWER_TIMEOUT_S)
        except (OSError, WebSocketException) as failure:
            raise RecognizerError(f"The speech server went away: {failure}.") from failure
        now = self._told / SAMPLE_RATE
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
        return [moved(segment, self._skipped / SAMPLE_RATE)]


def _send(socket: ClientConnection, message: str | bytes) -> None:
    try:
        socket.send(message)
    except (OSError, WebSocketException) as failure:
        raise RecognizerError(f"The speech server went away: {failure}.") from failure
