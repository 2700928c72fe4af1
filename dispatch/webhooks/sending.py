"""One POST to a department's system, within limits: where to, how long, how much comes back.

The address is checked where the connection is made, so that a name can't stand for one thing when
it is looked at and for another when it is used. Nothing follows a redirect or uses a proxy.
"""

import ssl
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import certifi
import httpcore
from httpcore import NetworkBackend, NetworkStream, SyncBackend

from dispatch.webhooks.addresses import Networks, is_allowed, is_listed, resolve

WHOLE_S = 10.0  # from the first packet to the last, however slowly it comes
CONNECT_S = 5.0
MOST_BYTES = 16_384  # of an answer; all that is looked at is its status
KEPT_ALIVE_S = 15.0
TRIED = 2  # addresses of one name

_on = threading.local()  # until when this thread's request may take


class Fault(StrEnum):
    """Why a delivery was not taken."""

    STATUS = "status"  # the receiver answered something else than 2xx
    REDIRECT = "redirect"
    GONE = "gone"  # 410: it wants nothing more
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    ADDRESS = "address"  # private, or http where https is demanded
    TLS = "tls"
    UNSIGNED = "unsigned"  # our own: the vault does not open its secret
    INTERNAL = "internal"  # our own: an error that nobody foresaw


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one try: taken when there is no fault."""

    status: int | None
    fault: Fault | None
    retry_after_s: float = 0.0


class _Refused(Exception):
    """The address is none that webhooks may go to."""


class Sender:
    """Keeps connections to receivers; many threads may send at once."""

    def __init__(self, networks: Networks, *, connections: int = 64) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trusting(),
            max_connections=connections,
            keepalive_expiry=KEPT_ALIVE_S,
            network_backend=_Checked(networks),
        )

    def post(self, url: str, headers: Mapping[str | bytes, str | bytes], body: bytes) -> Answer:
        """Return what came of it; never raises for anything that the receiver does."""
        _on.until, _on.plain = time.monotonic() + WHOLE_S, urlsplit(url).scheme == "http"
        try:
            return self._post(url, headers, body)
        except _Refused:
            return Answer(None, Fault.ADDRESS)
        except (httpcore.TimeoutException, TimeoutError):
            return Answer(None, Fault.TIMEOUT)
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as bad:
            secure = isinstance(bad.__cause__ or bad.__context__, ssl.SSLError)
            return Answer(None, Fault.TLS if secure else Fault.UNREACHABLE)

    def _post(self, url: str, headers: Mapping[str | bytes, str | bytes], body: bytes) -> Answer:
        waits = {"connect": CONNECT_S, "read": WHOLE_S, "write": WHOLE_S, "pool": WHOLE_S}
        with self._pool.stream(
            "POST", url, headers=dict(headers), content=body, extensions={"timeout": waits}
        ) as answer:
            read = 0
            for chunk in answer.iter_stream():
                read += len(chunk)
                if read > MOST_BYTES:
                    break  # the connection is closed with what is left
            return _judged(answer)

    def close(self) -> None:
        self._pool.close()


def _judged(answer: httpcore.Response) -> Answer:
    status = answer.status
    if 200 <= status < 300:
        return Answer(status, None)
    if status == 410:
        return Answer(status, Fault.GONE)
    if 300 <= status < 400:
        return Answer(status, Fault.REDIRECT)
    asked = next((v for k, v in answer.headers if k.lower() == b"retry-after"), b"")
    return Answer(status, Fault.STATUS, float(asked[:6]) if asked.isdigit() else 0.0)


def _trusting() -> ssl.SSLContext:
    """Return what certificates are judged by: the public authorities, and the machine's own."""
    made = ssl.create_default_context(cafile=certifi.where())
    made.load_default_certs()
    return made


class _Checked(NetworkBackend):
    """Connects to permitted addresses only."""

    def __init__(self, networks: Networks) -> None:
        self._networks = networks
        self._real = SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        del local_address
        problem: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._permitted(host, port)[:TRIED]:
            try:
                stream = self._real.connect_tcp(
                    str(address), port, _left(timeout), None, socket_options
                )
                return _Timed(stream)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem

    def _permitted(self, host: str, port: int) -> list[Any]:
        try:
            found = resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        allow = is_listed if _on.plain else is_allowed
        permitted = [each for each in found if allow(each, self._networks)]
        if found and not permitted:
            raise _Refused
        return permitted


class _Timed(NetworkStream):
    """A stream that ends with its request's time, however little it is always just read."""

    def __init__(self, stream: NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> NetworkStream:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(timeout: float | None) -> float:
    left = float(_on.until) - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the request's time is over")
    return left if timeout is None else min(left, timeout)
