"""Talks to the speech process from a thread: sends sound, yields what was heard."""

import json
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import IO, Any

from hotline.core.errors import HotlineError, NotAllowed, Unavailable
from nlp.sound_files import open_recording
from nlp.speech import Description, Segment, UnreadableSound
from nlp.speech_protocol import MAX_CHUNK, decode_segment, encode_chunk, encode_line

_CONNECT_TIMEOUT_S = 5.0
_SILENT_S = 300.0  # longer than any wait behind other streams: then it hangs


class SpeechUnavailable(Unavailable):
    """The speech process is away, died or failed; the same sound may be sent again."""

    title = "The speech process is not available"


class SpeechBroke(SpeechUnavailable):
    """The speech process was there and went in the middle of this sound: it may be the sound."""


Waiting = Callable[[float], None]


def _ignored(_seconds: float) -> None:
    pass


_ERRORS: dict[int, type[HotlineError]] = {403: NotAllowed, 422: UnreadableSound}


def transcribe_file(
    socket_path: Path, recording: Path, *, call: str = "", token: str = ""
) -> Iterator[Segment]:
    """Sends the recording's sound and yields each final segment as soon as it is known.

    Raises SpeechUnavailable when a later try may succeed, UnreadableSound when none will.
    """
    with open_recording(recording) as opened:
        for segment in transcribe_chunks(
            socket_path, opened.rate, opened.chunks, call=call, token=token
        ):
            if segment.final:
                yield segment


def transcribe_chunks(
    socket_path: Path,
    rate: int,
    chunks: Iterable[bytes],
    *,
    call: str = "",
    token: str = "",
    live: bool = False,
    on_waiting: Waiting = _ignored,
) -> Iterator[Segment]:
    """Sends PCM16 mono at `rate` Hz as `chunks` brings it and yields segments, partial ones too.

    Sending has a thread of its own, so `chunks` may be a live line. `on_waiting` is told now and
    then for how many seconds sound has been waiting for its words.
    """
    header = {"rate": rate, "call": call, "token": token, "live": live}
    with _connected(socket_path) as connection, connection.makefile("rb") as answers:
        sender = _Sender(connection, header, chunks)
        sender.start()
        try:
            yield from _heard(answers, sender, on_waiting)
        finally:
            _hang_up(connection)
            sender.join()


def health(socket_path: Path, *, token: str = "", timeout_s: float = 2.0) -> Description:
    """Returns which engine and model answer; raises SpeechUnavailable when none does in time."""
    with _connected(socket_path) as connection, connection.makefile("rb") as answers:
        connection.settimeout(timeout_s)
        try:
            connection.sendall(encode_line({"health": True, "token": token}))
            return Description(**_read(answers))
        except (OSError, ValueError, TypeError) as failure:
            raise SpeechUnavailable(f"The speech process doesn't answer: {failure}.") from failure


class _Sender(Thread):
    """Sends the sound while the answers are read, so that neither side waits for the other."""

    def __init__(
        self, connection: socket.socket, header: dict[str, Any], chunks: Iterable[bytes]
    ) -> None:
        super().__init__(name="speech-sender", daemon=True)
        self._connection = connection
        self._header = header
        self._chunks = chunks
        self.failure: Exception | None = None

    def run(self) -> None:
        with suppress(OSError):  # the reader notices the same and says so
            try:
                self._send()
            except TimeoutError:  # it lives, and answers the reader, but has no time for more
                self.failure = SpeechUnavailable("The speech process took no sound for minutes.")
            if self.failure is not None:
                _hang_up(self._connection)

    def _send(self) -> None:
        self._connection.sendall(encode_line(self._header))
        for piece in self._pieces():
            self._connection.sendall(encode_chunk(piece))
        if self.failure is None:
            self._connection.sendall(encode_chunk(b""))

    def _pieces(self) -> Iterator[bytes]:
        """Yields the sound in pieces the protocol allows; keeps what the source of it raises."""
        try:
            for chunk in self._chunks:
                for at in range(0, len(chunk), MAX_CHUNK):
                    yield chunk[at : at + MAX_CHUNK]
        except Exception as failure:
            self.failure = failure


def _heard(answers: IO[bytes], sender: _Sender, on_waiting: Waiting) -> Iterator[Segment]:
    try:
        yield from _segments(answers, on_waiting)
    except (OSError, ValueError, KeyError) as failure:
        if sender.failure is not None:  # the sound broke off, not the process
            raise sender.failure from None
        raise SpeechBroke(f"The speech process broke off: {failure}.") from failure


def _segments(answers: IO[bytes], on_waiting: Waiting) -> Iterator[Segment]:
    while not (fields := _read(answers)).get("done"):
        if "waiting" in fields:
            on_waiting(float(fields["waiting"]))
        else:
            yield decode_segment(fields)


def _read(answers: IO[bytes]) -> dict[str, Any]:
    line = answers.readline()
    if not line:
        raise ConnectionResetError("it closed the connection")
    fields: dict[str, Any] = json.loads(line)
    if "error" in fields:
        raise _ERRORS.get(int(fields["status"]), SpeechUnavailable)(str(fields["error"]))
    return fields


@contextmanager
def _connected(socket_path: Path) -> Iterator[socket.socket]:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with connection:
        connection.settimeout(_CONNECT_TIMEOUT_S)
        try:
            connection.connect(str(socket_path))
        except OSError as failure:
            raise SpeechUnavailable(
                f"No speech process answers at {socket_path}.", remedy="Start `hotline speech`."
            ) from failure
        connection.settimeout(_SILENT_S)
        yield connection


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):  # the other side was faster
        connection.shutdown(socket.SHUT_RDWR)
