"""The switch: one leader owns the calls; a second one waits and takes over."""

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import structlog
from sqlalchemy import text
from sqlalchemy.exc import (
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)

from hotline.core import log as logging
from hotline.core.clock import now
from hotline.core.db import LEADERSHIP, engine, transaction
from hotline.core.errors import HotlineError, Unavailable
from hotline.core.settings import Settings, settings
from hotline.switch import errands, floor, recovery, reports, transcripts, workers
from hotline.switch.attending import Attendant
from hotline.switch.connections import Connection, Connections
from hotline.switch.dialer import Dialer
from hotline.switch.nursery import Nursery
from hotline.switch.standing import Standing
from hotline.switch.telephones import Telephones
from telephony import spool
from telephony.commands import (
    AgentGone,
    CallEnded,
    Heartbeat,
    Hello,
    Message,
    decode,
)
from telephony.orders import (
    Ack,
    Drain,
    Overflow,
)

STANDBY_S = 2.0
ROUND_S = 0.5
MOURN_TRIES = 20
# Workers of a former leader have reported by then what they know.
ADOPT_AFTER_S = 90.0

log = structlog.get_logger()


class Switch:
    """Holds the leadership, the workers and their connections while it runs."""

    def __init__(self, own: Settings) -> None:
        self._own = own
        self._stopping = threading.Event()
        self._places: list[workers.MediaWorker] = []
        self._nursery = Nursery(own)
        self._transcripts = transcripts.Transcriber(own)
        self._connections = Connections()
        self._dialer = Dialer(own, self._connections)
        self._attendant = Attendant(own, self._connections)

    def run(self) -> None:
        """Lead until told to stop or the leadership is lost."""
        signal.signal(signal.SIGTERM, lambda *_: self._stopping.set())
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor decides, not the terminal
        with leadership(self._stopping) as still_leading:
            if self._stopping.is_set():
                return
            log.info("switch.leading", pid=os.getpid())
            self._places = workers.plan(self._own)  # as the former leader left them
            self._take_spooled()
            with transaction() as session:
                recovery.recover(session, self._own, self._alive())
            self._begin(_listen(self._own.switch_socket))
            while not self._stopping.wait(ROUND_S) and still_leading():
                self._fill_places()
        self._nursery.close()
        if self._stopping.is_set():
            workers.stop(self._places)
        # Otherwise they carry their callers on, and the next leader adopts them.

    def _fill_places(self) -> None:
        try:
            for place in self._places:
                workers.ensure(place, self._own, self._nursery)
        except Unavailable as error:
            log.error("worker.not_started", error=error.detail, remedy=error.remedy)

    def _begin(self, server: socket.socket) -> None:
        """Start the threads that do the work; each runs until the process ends, or is told to."""
        telephones = Telephones(self._own, [place.port for place in self._places])
        standing = Standing(self._own, self._connections)
        until_stopped = (self._attendant.run, telephones.run, standing.run)
        threads = [threading.Thread(target=each, args=(self._stopping,)) for each in until_stopped]
        threads += [
            threading.Thread(target=each)
            for each in (self._transcripts.run, self._dialer.run, self._adopt)
        ]
        for thread in (threading.Thread(target=self._accept, args=(server,)), *threads):
            thread.daemon = True
            thread.start()

    def _adopt(self) -> None:
        """Adopt what nobody reports, each day anew."""
        while not self._stopping.wait(ADOPT_AFTER_S):
            try:
                recovery.adopt_recordings(self._own)
            except OperationalError as error:
                log.error("database.away", error=str(error).splitlines()[0])
            self._transcripts.wake()

    def _accept(self, server: socket.socket) -> None:
        while True:
            connection, _ = server.accept()
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        """Serve one worker until it or its connection is gone."""
        instance = ""
        try:
            with line, line.makefile("rb") as lines:
                hello, _ = decode(lines.readline() or b"{}")
                if isinstance(hello, Hello):
                    instance = hello.worker
                    self._meet(hello, line, lines)
        except OSError as error:
            log.warning("worker.connection_lost", worker=instance, error=str(error))
        except (OperationalError, InterfaceError) as error:
            # Not acknowledged, so the worker repeats it on its next connection.
            log.error("database.away", worker=instance, error=str(error).splitlines()[0])
        except Exception:
            log.exception("worker.not_understood", worker=instance, remedy="it connects again")
        if instance and not self._stopping.is_set():
            self._mourn(instance)

    def _meet(self, hello: Hello, line: socket.socket, lines: IO[bytes]) -> None:
        with transaction() as session:
            errands.lose_unknown(session, hello, now=now())
            told = floor.free_unknown(session, hello, now=now())
        connection = self._connections.meet(hello, line)  # only now may it be told to ring anybody
        first: list[Message] = [Overflow(self._overflow(hello)), *(each.order for each in told)]
        if hello.worker not in self._alive():
            # Forked when we no longer waited for it: it must leave the place's port to another.
            connection.draining = True
            first.append(Drain())
        try:
            for order in first:
                connection.send(order)
            self._read(lines, connection)
        finally:
            self._connections.part(connection)

    def _read(self, lines: IO[bytes], connection: Connection) -> None:
        """Take a worker's reports, each in a transaction of its own, and acknowledge them."""
        for line in lines:
            try:
                message, seq = decode(line)
            except (ValueError, TypeError, KeyError) as error:
                # Of another version; the next acknowledgement covers it.
                log.error("report.not_understood", worker=connection.worker, error=repr(error))
                continue
            if isinstance(message, Heartbeat):
                self._count(message, connection)
            else:
                self._take(message)
                self._attendant.after(message)
            if seq:
                connection.send(Ack(seq))

    def _count(self, beat: Heartbeat, connection: Connection) -> None:
        """Have a spent worker replaced, as soon as it may leave."""
        if beat.handled < self._own.calls_per_worker or connection.draining:
            return
        leaving = sum(each.draining for each in self._connections.present())
        if workers.may_leave(leaving, len(self._places)):
            connection.draining = True
            connection.send(Drain())

    def _take(self, message: Message) -> None:
        try:
            with transaction() as session:
                recording_ready = reports.keep(session, message, self._own)
        except (HotlineError, DataError, IntegrityError) as error:
            # Told again, it would be refused again, and hold up every report behind it.
            why = error.detail if isinstance(error, HotlineError) else type(error).__name__
            log.error("report.refused", report=type(message).__name__, why=why)
            return
        if recording_ready:
            self._transcripts.wake()
        if isinstance(message, (CallEnded, AgentGone)):
            self._dialer.wake()

    def _take_spooled(self) -> None:
        """Take what workers wrote down because nobody was there to be told."""
        for path, messages in spool.read(self._own.run_dir):
            for message in messages:
                self._take(message)
            path.unlink(missing_ok=True)  # told twice is better than not at all

    def _mourn(self, instance: str) -> None:
        """A connection ended: if its process is gone too, so are its calls."""
        for _ in range(MOURN_TRIES):
            if instance in self._alive():
                time.sleep(0.1)
                continue
            try:
                self._take_spooled()
                with transaction() as session:
                    recovery.lose_calls(session, self._own, alive=self._alive())
                self._attendant.wake()
            except SQLAlchemyError as error:
                log.error("database.away", error=str(error).splitlines()[0])
                return  # the leadership is lost too: the next leader recovers
            self._transcripts.wake()
            return

    def _alive(self) -> set[str]:
        """Return the instances (`media-0.4711`) that run now."""
        return {
            f"{place.name}.{place.process.pid}"
            for place in self._places
            if place.process and place.alive
        }

    def _overflow(self, hello: Hello) -> str:
        """Return where this worker sends callers it has no room for: the next place, if any.

        Behind Kamailio nowhere: it tries the next one by itself.
        """
        if self._own.proxied:
            return ""
        later = [place for place in self._places if place.port > hello.sip_port]
        if not later:
            return ""
        address = self._own.sip_public_address or self._own.sip_host
        return f"sip:12345@{address}:{later[0].port}"


@contextlib.contextmanager
def leadership(stopping: threading.Event) -> Iterator[Callable[[], bool]]:
    """Wait for the advisory lock and hold it on a connection of its own."""
    with engine().connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        waited = False
        while not connection.scalar(text(f"SELECT pg_try_advisory_lock({LEADERSHIP})")):
            if not waited:
                log.info("switch.standby", pid=os.getpid())
                waited = True
            if stopping.wait(STANDBY_S):
                break

        def still_leading() -> bool:
            try:
                connection.scalar(text("SELECT 1"))
            except SQLAlchemyError as error:
                log.error("switch.leadership_lost", error=str(error).splitlines()[0])
                return False
            return True

        yield still_leading


def _listen(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(str(path))
    path.chmod(0o600)
    server.listen()
    return server


def main() -> None:
    """Run the switch with this process's settings; raise Unavailable when the database is away."""
    own = settings()
    logging.configure("switch", as_json=own.log_json)
    errands.check(own)
    try:
        Switch(own).run()
    except OperationalError as error:
        raise Unavailable(
            f"The switch has no database: {str(error.orig).splitlines()[0]}.",
            remedy="It is started again until there is one.",
        ) from error
