"""Web processes that are measured: two of them, each with a port of its own."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx

from hotline.core.errors import Unavailable
from hotline.core.settings import Settings
from hotline.web.rates import Kind

COUNT = 2
HOST = "127.0.0.1"
# One agent asks for a whole city: they are counted as anybody, and not stopped.
UNSTOPPED = {f"rate_{kind.value}": 10**9 for kind in Kind}
_WAIT_S = 60.0


@contextmanager
def running(own: Settings, count: int = COUNT) -> Iterator[list[int]]:
    """Yield the ports of so many web processes that answer; they end with the block."""
    with ExitStack() as stack:
        ports: list[int] = []
        for _ in range(count):
            # Listening before the process starts: the port is nobody else's, whoever else measures.
            listener = stack.enter_context(socket.create_server((HOST, 0)))
            ports.append(listener.getsockname()[1])
            command = [sys.executable, "-m", "hotline.bench.serving", str(listener.fileno())]
            environment = own.model_copy(update=UNSTOPPED).child_environment()
            said = stack.enter_context((own.data_dir / f"web-{ports[-1]}.log").open("wb"))
            process = subprocess.Popen(  # noqa: S603  # this Python
                command, env=environment, stdout=said, pass_fds=[listener.fileno()]
            )
            stack.callback(process.wait, 20)
            stack.callback(process.terminate)
            listener.close()
            _wait(process, ports[-1])
        yield ports


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + _WAIT_S
    while process.poll() is None and time.monotonic() < until:
        try:
            httpx.get(f"http://{HOST}:{port}/healthz", timeout=until - time.monotonic())
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise Unavailable("A web process does not answer.", remedy="Read what it said.")
