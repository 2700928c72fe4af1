"""Web processes that are measured: two of them, each with a port of its own."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from hotline.core.errors import Unavailable
from hotline.core.ports import free_port
from hotline.core.settings import Settings
from hotline.web.rates import Kind

COUNT = 2
HOST = "127.0.0.1"
FIRST_PORT = 18100
# One agent asks for a whole city: they are counted as anybody, and not stopped.
UNSTOPPED = {f"rate_{kind.value}": 10**9 for kind in Kind}
_WAIT_S = 60.0


@contextmanager
def running(own: Settings, count: int = COUNT) -> Iterator[list[int]]:
    """Yield the ports of so many web processes that answer; they end with the block."""
    with ExitStack() as stack:
        ports: list[int] = []
        for _ in range(count):
            ports.append(free_port(HOST, ports[-1] + 1 if ports else FIRST_PORT))
            command = [sys.executable, "-m", "hotline.bench.serving", str(ports[-1])]
            environment = own.model_copy(update=UNSTOPPED).child_environment()
            said = stack.enter_context((own.data_dir / f"web-{ports[-1]}.log").open("wb"))
            process = subprocess.Popen(command, env=environment, stdout=said)  # noqa: S603
            stack.callback(process.wait, 20)
            stack.callback(process.terminate)
            _wait(process, ports[-1])
        yield ports


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + _WAIT_S
    while process.poll() is None and time.monotonic() < until:
        try:
            with socket.create_connection((HOST, port), timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise Unavailable("A web process does not answer.", remedy="Read what it said.")
