"""A media worker on the bench: the real process and real SIP, with a switch made of a socket."""

import contextlib
import queue
import socket
import subprocess
import sys
import threading
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from hotline.core.clock import now
from hotline.core.keyring import ensure_master_key, key_file, keyring_of
from hotline.core.ports import free_port
from hotline.core.settings import Settings
from telephony.commands import (
    Heartbeat,
    Hello,
    Message,
    decode,
    encode,
    recording_path,
)
from telephony.orders import (
    Ack,
    Dial,
    Overflow,
)
from telephony.tape_keys import public_half

Kind = TypeVar("Kind", bound=Message)
LEAST_S = 60  # no wait is shorter: a busy machine needs longer than a test thinks


@dataclass
class Bench:
    """The worker's only switch; `acknowledging` off keeps its reports unacknowledged."""

    own: Settings
    process: subprocess.Popen[bytes]
    server: socket.socket
    sip_port: int
    acknowledging: bool = True
    hello: Hello | None = None
    told: "queue.Queue[Message]" = field(default_factory=queue.Queue)
    _line: socket.socket | None = None

    def meet(self) -> Hello:
        """Let the worker connect, and read what it reports from now on."""
        self.server.settimeout(LEAST_S)
        self._line, _ = self.server.accept()
        lines = self._line.makefile("rb")
        hello, _ = decode(lines.readline())
        assert isinstance(hello, Hello)
        self.hello = hello
        self._line.sendall(encode(Overflow("")))
        threading.Thread(target=self._read, args=(self._line, lines), daemon=True).start()
        return hello

    def part(self) -> None:
        """Die, as far as the worker can see."""
        assert self._line
        with contextlib.suppress(OSError):  # the worker may have gone first
            self._line.shutdown(socket.SHUT_RDWR)
        self._line.close()

    def close(self) -> None:
        """Leave nothing open."""
        self.part()
        self.server.close()

    def dial(self, destination: str, *, ring_s: float = 20) -> Dial:
        """Order a call."""
        call_id = uuid.uuid4()
        order = Dial(
            errand=f"test:{call_id}",
            call_id=str(call_id),
            destination=destination,
            recording=recording_path(call_id, now()),
            ring_s=ring_s,
        )
        self.send(order)
        return order

    def send(self, message: Message) -> None:
        """Tell the worker something."""
        assert self._line
        self._line.sendall(encode(message))

    def report(self, kind: type[Kind], call_id: str, *, within_s: float = 90) -> Kind:
        """Return the next report of this kind about the call; those about others are kept."""
        kept = []
        while True:
            message = self.told.get(timeout=max(within_s, LEAST_S))
            if getattr(message, "call_id", "") != call_id:
                kept.append(message)
            elif isinstance(message, kind):
                for other in kept:
                    self.told.put(other)
                return message

    def next(self, kind: type[Kind], *, within_s: float = 90) -> Kind:
        """Return the next report of this kind, whichever call it is about; others are dropped."""
        while True:
            message = self.told.get(timeout=max(within_s, LEAST_S))
            if isinstance(message, kind):
                return message

    def recording(self, order: Dial) -> Path:
        return self.own.recordings_dir / order.recording

    def _read(self, line: socket.socket, lines: "socket.SocketIO") -> None:
        # Either side may end the connection at any moment: that is what these tests are about.
        with contextlib.suppress(OSError), lines:
            for text in lines:
                message, seq = decode(text)
                # Acknowledged first: who is told of a report may end the connection at once.
                if seq and self.acknowledging:
                    line.sendall(encode(Ack(seq)))
                if not isinstance(message, Heartbeat):
                    self.told.put(message)


def start(folder: Path, prompts: dict[str, bytes] | None = None) -> Bench:
    """Start a worker of its own on free ports; `prompts` are WAV files of a site."""
    own = Settings(data_dir=folder, sip_tcp=True)
    own.run_dir.mkdir(parents=True, exist_ok=True)
    ensure_master_key(key_file(own))
    for name, sound in (prompts or {}).items():
        own.prompts_dir.mkdir(exist_ok=True)
        (own.prompts_dir / f"{name}.wav").write_bytes(sound)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(str(own.switch_socket))
    server.listen()
    port = free_port("127.0.0.1", 16060)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "telephony.worker", "--name", "bench"),
            *("--port", str(port), "--rtp-port", "44000", "--rtp-ports", "40"),
            *("--tape-key", public_half(keyring_of(own))),
        ],
        env=own.child_environment(),
    )
    bench = Bench(own, process, server, port)
    bench.meet()
    return bench
