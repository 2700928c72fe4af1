"""Somebody at a UDP port who sends what they like, and cleans up after themselves."""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Self

from tests.e2e.torture.message import Message, invite, request

QUIET_S = 0.25
LONGEST_S = 3.0


@dataclass(frozen=True)
class Answer:
    """A response, by its lines; names of headers in small letters, the first of each."""

    status: int
    headers: dict[str, str]

    @classmethod
    def read(cls, packet: bytes) -> "Answer | None":
        lines = packet.decode(errors="replace").split("\r\n\r\n")[0].split("\r\n")
        words = lines[0].split()
        if len(words) < 2 or words[0] != "SIP/2.0":
            return None  # a request: a BYE, when they are the first to hang up
        headers: dict[str, str] = {}
        for text in lines[1:]:
            name, _, value = text.partition(":")
            headers.setdefault(name.lower(), value.strip())
        return cls(int(words[1]), headers)

    @property
    def method(self) -> str:
        return self.headers.get("cseq", " ").split()[-1]


class Stranger:
    """`port`: where the hotline listens."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.own = int(self._socket.getsockname()[1])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def invite(self) -> Message:
        return invite(self.port, self.own)

    def request(self, method: str) -> Message:
        return request(method, self.port, self.own)

    def send(self, packet: bytes | Message) -> None:
        data = packet.wire() if isinstance(packet, Message) else packet
        self._socket.sendto(data[:65_000], ("127.0.0.1", self.port))

    def heard(self, within_s: float = QUIET_S) -> Iterator[Answer]:
        """Yield what is answered until nothing has come for so long."""
        until = time.monotonic() + LONGEST_S
        self._socket.settimeout(within_s)
        while time.monotonic() < until:
            try:
                answer = Answer.read(self._socket.recv(65_535))
            except TimeoutError:
                return
            if answer:
                yield answer

    def final(self, method: str = "INVITE", *, within_s: float = 5.0) -> Answer:
        """Return the next final answer to this method."""
        for answer in self.heard(within_s):
            if answer.status >= 200 and answer.method == method:
                return answer
        raise AssertionError(f"no final answer to {method}")

    def clean_up(self) -> None:
        """Take note of every final answer to an INVITE, and hang up what was taken."""
        for answer in self.heard():
            if answer.method == "INVITE" and answer.status >= 200:
                self.send(self.within(answer, "ACK"))
                if answer.status < 300:
                    self.send(self.within(answer, "BYE", 90))

    def within(self, answer: Answer, method: str, seq: int = 1, body: str = "") -> Message:
        """Return a request in the call that this answer took."""
        made = self.request(method).having("CSeq", f"{seq} {method}")
        for name in ("From", "To", "Call-ID"):
            made = made.having(name, answer.headers.get(name.lower(), ""))
        if method == "ACK" and answer.status >= 300:
            made = made.having("Via", answer.headers.get("via", ""))
        return made.saying(body) if body else made

    def call(self) -> Answer | None:
        """Call as a telephone does, again after half a second; return the final answer."""
        wanted = self.invite()
        for _ in range(6):
            self.send(wanted)
            told = (each for each in self.heard(0.6) if each.status >= 200)
            if answer := next(told, None):
                return answer
        return None

    def talk(self) -> Answer:
        """Have a call taken, and return its answer."""
        answer = self.call()
        assert answer, "a call is not answered"
        assert answer.status == 200, answer
        self.send(self.within(answer, "ACK"))
        return answer

    def hang_up(self, answer: Answer, seq: int = 99) -> None:
        self.send(self.within(answer, "BYE", seq))
        assert self.final("BYE").status == 200


Dialogue = Callable[[Stranger], None]
