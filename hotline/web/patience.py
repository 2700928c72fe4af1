"""How long the web waits for a client: whoever sends a byte a second holds no connection for long.

uvicorn itself waits without end for the rest of a head or a body.
"""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S = 10.0  # from the first moment of a connection, or the first byte of the next request
BODY_S = 180.0  # from the head on: a film of 20 MB at 1 Mbit/s


class Impatient(H11Protocol):
    """uvicorn's protocol that closes a connection whose request does not arrive in time.

    An answer may take as long as it likes: streams last for hours.
    """

    head_s = HEAD_S
    body_s = BODY_S
    _timer: asyncio.TimerHandle | None = None
    _waits_for: object = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        super().connection_made(transport)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def shutdown(self) -> None:
        self._stop()
        super().shutdown()

    def _watch(self) -> None:
        """Start the clock of what is waited for, unless it runs already."""
        state: Any = self.conn.their_state
        idle = state is h11.IDLE and self.timeout_keep_alive_task is not None
        waits_for = None if idle or state not in (h11.IDLE, h11.SEND_BODY) else state
        if waits_for is self._waits_for and (waits_for is None) == (self._timer is None):
            return
        self._stop()
        self._waits_for = waits_for
        if waits_for is not None:
            span = self.head_s if waits_for is h11.IDLE else self.body_s
            self._timer = self.loop.call_later(span, self._give_up)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        if not self.transport.is_closing():
            self.logger.warning("A client was too slow with its request.")
            self.transport.close()
