"""A caller who speaks, and hangs up, when the test says so: nobody has to guess how long.

sipp's script waits for a word from outside: an INFO of the running call, sent to its own port.
"""

import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.e2e.phone import Phone, finish
from tests.e2e.spoken import to_alaw
from tests.e2e.voices import FRAME, Voice

ALAW, SILENCE = 8, bytes([0xD5]) * FRAME
_WORD = """INFO sip:caller@127.0.0.1:{port} SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK-word
From: <sip:test@127.0.0.1>;tag=test
To: <sip:caller@127.0.0.1>
Call-ID: 1-{pid}@127.0.0.1
CSeq: 1 INFO
Max-Forwards: 70
Content-Length: 0

"""


class Speaker(Voice):
    """The sound of one telephone: silent, until it says its words once."""

    def __init__(self, words: Path) -> None:
        """`words` is raw A-law."""
        sound = words.read_bytes()
        self._words = [sound[at : at + FRAME] for at in range(0, len(sound) - FRAME, FRAME)]
        self._begun = threading.Event()
        self.done = threading.Event()
        super().__init__(0.0)

    def say(self) -> None:
        """Begin with the words."""
        self._begun.set()

    def _speak(self, other: tuple[str, int]) -> None:
        began, frame, words = time.monotonic(), 0, iter(self._words)
        while not self._over.wait(max(0.0, began + frame * 0.02 - time.monotonic())):
            sound = next(words, b"") if self._begun.is_set() else SILENCE
            if not sound:
                self.done.set()
            head = struct.pack("!BBHII", 0x80, ALAW, frame & 0xFFFF, frame * FRAME, 4712)
            self._socket.sendto(head + (sound or SILENCE), other)
            frame += 1


class Told(Phone):
    """A caller's telephone that waits for a word."""

    def until_told(self) -> Self:
        return self._step('<recv request="INFO"/>')


@dataclass
class Caller:
    """Somebody on the line."""

    speaker: Speaker
    line: "subprocess.Popen[str]"
    port: int

    def hang_up(self) -> None:
        """Hang up, and fail when the line was not up any more."""
        self._tell()
        finish(self.line)

    def _tell(self) -> None:
        word = _WORD.format(port=self.port, pid=self.line.pid).replace("\n", "\r\n")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.sendto(word.encode(), ("127.0.0.1", self.port))


@contextmanager
def calling(
    sip_port: int, number: str, port: int, recording: Path, folder: Path
) -> Iterator[Caller]:
    """Let somebody ring from this port, who will say what is recorded; none of it is left."""
    speaker = Speaker(to_alaw(recording, folder))
    phone = Told(number=number, port=port, sound_port=speaker.port).until_told().hang_up()
    caller = Caller(speaker, phone.dial(sip_port, folder), port)
    try:
        yield caller
    finally:
        if caller.line.poll() is None:
            caller._tell()  # a test that failed leaves no call behind
        speaker.close()
