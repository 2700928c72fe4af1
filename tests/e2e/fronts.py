"""Kamailio alone, with the site's own files, and media workers made of sockets behind it."""

import contextlib
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hotline.core.ports import free_port
from hotline.core.settings import Settings
from hotline.switch import kamailio
from hotline.switch.kamailio_rpc import Silent, ask, folder_of

READY_S = 60.0
ECHOED = ("via", "from", "to", "call-id", "cseq", "record-route")


@dataclass
class FakeWorker:
    """Answers every request by one status; `None`: with silence. `heard`: what came."""

    status: int | None = 200
    heard: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._line.bind(("127.0.0.1", 0))
        self.port = int(self._line.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def methods(self) -> list[str]:
        """Return what was asked of it but for its health."""
        return [text.split()[0] for text in self.heard if not text.startswith(("OPTIONS", "ACK"))]

    def send(self, packet: str, port: int) -> None:
        self._line.sendto(packet.encode(), ("127.0.0.1", port))

    def close(self) -> None:
        self._line.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                data, place = self._line.recvfrom(65535)
                self.heard.append(data.decode())
                status = 200 if data.startswith(b"OPTIONS") else self.status
                if status and not data.startswith((b"ACK", b"SIP/2.0")):
                    self._line.sendto(_answer(data.decode(), status), place)


@dataclass
class Front:
    """A Kamailio that runs."""

    own: Settings
    process: "subprocess.Popen[bytes]"

    @property
    def port(self) -> int:
        return self.own.sip_port

    def banned(self) -> object:
        return ask(folder_of(self.own), "htable.dump", "banned")


@contextlib.contextmanager
def fronting(folder: Path, workers: Sequence[FakeWorker], **changes: object) -> Iterator[Front]:
    """Run Kamailio before these workers, tried in this order, on free ports."""
    given = {"sip_port": free_port("127.0.0.1", 17060), "kamailio": "auto", **changes}
    own = kamailio.resolve(Settings(data_dir=folder, **given))  # type: ignore[arg-type]
    assert own.proxied, "kamailio is missing: apt-get install kamailio kamailio-tls-modules"
    written = kamailio.write(own)
    listed = "".join(
        f"1 sip:127.0.0.1:{each.port} 0 {9 - place}\n" for place, each in enumerate(workers)
    )
    (folder_of(own) / "workers.list").write_text(listed)
    command = (own.kamailio, "-DD", "-E", "-f", str(written), "-Y", str(folder_of(own)))
    with (folder / "kamailio.log").open("wb") as out:
        process = subprocess.Popen((*command, "-m", "32", "-M", "8"), stdout=out, stderr=out)
    try:
        _wait_until_it_runs(own, process)
        yield Front(own, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait_until_it_runs(own: Settings, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + READY_S
    while time.monotonic() < end:
        assert process.poll() is None, (own.data_dir / "kamailio.log").read_text()[-2000:]
        with contextlib.suppress(Silent):
            ask(folder_of(own), "core.uptime")
            return
        time.sleep(0.1)
    raise AssertionError("Kamailio does not run")


def _answer(request: str, status: int) -> bytes:
    kept = [
        line
        for line in request.partition("\r\n\r\n")[0].split("\r\n")[1:]
        if line.partition(":")[0].strip().lower() in ECHOED
    ]
    tagged = [
        f"{line};tag=w"
        if re.match(r"to\s*:", line, re.IGNORECASE) and ";tag=" not in line
        else line
        for line in kept
    ]
    lines = (f"SIP/2.0 {status} Said", *tagged, "Content-Length: 0")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
