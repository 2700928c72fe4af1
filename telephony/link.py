"""A worker's end of the socket to the switch: reports are kept until they are acknowledged."""

import contextlib
import queue
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path

import structlog

from telephony.commands import (
    AgentGone,
    CallEnded,
    Hello,
    Message,
    PartyGone,
    decode,
    encode,
    invite_name,
    offer_name,
)
from telephony.orders import (
    Ack,
    Dial,
    Invite,
    Offer,
    Relay,
)
from telephony.outbox import Outbox

RETRY_S = 0.5

log = structlog.get_logger()


class Link:
    """Sends reports and receives commands on threads of its own; never touches pjsua2.

    Whoever reports never waits: a switch that hangs holds the link's own threads only.
    """

    def __init__(self, path: Path, hello: Hello) -> None:
        self._path = path
        self._hello = hello
        self._outbox = Outbox()
        self._lock = threading.Lock()
        self._dials: set[str] = set()  # ordered, and not yet known to the switch as ended
        self._offers: set[str] = set()
        self._invites: set[str] = set()
        self.inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self.away_since: float | None = time.monotonic()

    def start(self) -> None:
        threading.Thread(target=self._run, name="link", daemon=True).start()

    def report(self, message: Message) -> None:
        """Have the message sent, and again on every new connection until it is acknowledged."""
        self._outbox.report(message)

    def tell(self, message: Message) -> None:
        """Have something sent that the next one makes worthless."""
        self._outbox.tell(message)

    def away_s(self) -> float:
        """Return for how long the switch has been away; 0 while it is there."""
        away = self.away_since
        return 0.0 if away is None else time.monotonic() - away

    def settled(self) -> bool:
        """Return whether everything reported is acknowledged."""
        return not self._outbox.unacknowledged()

    def unacknowledged(self) -> list[Message]:
        """Return the reports that the switch may not have, oldest first."""
        return self._outbox.unacknowledged()

    def _run(self) -> None:
        while True:
            try:
                self._connect()
            except OSError as error:
                if self.away_since is None:
                    log.warning("switch.away", error=str(error))
            except Exception as error:
                # Calls go on, so the link must: without it they would never be written down.
                log.exception("link.broken", error=repr(error), remedy="report this as a bug")
            self.away_since = self.away_since or time.monotonic()
            time.sleep(RETRY_S)

    def _connect(self) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.connect(str(self._path))
            over = threading.Event()
            writer = threading.Thread(
                target=self._write, args=(connection, over), name="link-writer", daemon=True
            )
            writer.start()
            self.away_since = None
            try:
                self._read(connection)
            finally:
                over.set()
                _hang_up(connection)
                self._outbox.wake()
                writer.join()

    def _write(self, connection: socket.socket, over: threading.Event) -> None:
        """Introduce the worker and send what there is, until the connection ends."""
        sent = 0
        try:
            with self._lock:
                hello = replace(
                    self._hello,
                    dials=tuple(self._dials),
                    offers=tuple(self._offers),
                    invites=tuple(self._invites),
                )
            connection.sendall(encode(hello))
            while not over.is_set():
                data, sent = self._outbox.take(sent, over)
                connection.sendall(data)
        except OSError as error:
            if not over.is_set():
                log.warning("switch.away", error=str(error))
        except Exception as error:
            log.exception("link.broken", error=repr(error), remedy="report this as a bug")
        finally:
            _hang_up(connection)  # the reader notices, and connects again

    def _read(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as lines:
            for line in lines:
                message, _ = decode(line)
                if isinstance(message, Ack):
                    self._forget(message.upto)
                    continue
                self._remember(message)
                self.inbox.put(message)

    def _remember(self, order: Message) -> None:
        with self._lock:
            if isinstance(order, Dial | Relay):
                self._dials.add(order.call_id)
            elif isinstance(order, Offer):
                self._offers.add(offer_name(order.call_id, order.seat))
            elif isinstance(order, Invite):
                self._invites.add(invite_name(order.call_id, order.party))

    def _forget(self, seq: int) -> None:
        for message in self._outbox.acknowledge(seq):
            with self._lock:
                if isinstance(message, CallEnded):
                    self._dials.discard(message.call_id)
                elif isinstance(message, AgentGone):
                    self._offers.discard(offer_name(message.call_id, message.seat))
                elif isinstance(message, PartyGone):
                    self._invites.discard(invite_name(message.call_id, message.party))


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other side may have done so already
        connection.shutdown(socket.SHUT_RDWR)
