"""Serves callers and agents at every report, every round, and whenever somebody asks for it."""

import os
import threading

import psycopg
import structlog
from sqlalchemy.exc import OperationalError

from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.errors import HotlineError
from hotline.core.settings import Settings
from hotline.switch import controls, floor, serving
from hotline.switch.connections import Connections
from hotline.switch.telling import Told
from telephony import ordering
from telephony.commands import (
    AgentGone,
    CallAnswered,
    CallArrived,
    CallEnded,
    CallerPressed,
    Message,
    PartyGone,
    PartyJoined,
)

ROUND_S = 0.5
LISTEN_AGAIN_S = 1.0
LOOK_UP_S = 1.0  # whether to stop
# What may change who is offered to whom, or be answered by the leader.
_MOVING = (
    *(CallArrived, CallAnswered, CallEnded, CallerPressed),
    *(AgentGone, PartyJoined, PartyGone),
)

log = structlog.get_logger()


class Attendant:
    """Two threads of the leader: one serves the floor, one hears what pages ask for."""

    def __init__(self, own: Settings, connections: Connections) -> None:
        self._own = own
        self._connections = connections
        self._work = threading.Event()
        self._one_at_a_time = threading.Lock()

    def wake(self) -> None:
        """Look now."""
        self._work.set()

    def run(self, stopping: threading.Event) -> None:
        """Serve until told to stop; a fault nobody foresaw ends the process: it starts again."""
        threading.Thread(target=self._listen, args=(stopping,), daemon=True).start()
        try:
            while not stopping.is_set():
                self._work.wait(ROUND_S)
                self._work.clear()
                try:
                    self._round()
                except OperationalError as error:
                    log.error("database.away", error=str(error).splitlines()[0])
        except Exception:
            log.exception("floor.broke", remedy="the switch starts again")
            os._exit(1)

    def after(self, report: Message) -> None:
        """Let what a worker reports have its consequences; raise OperationalError."""
        if not isinstance(report, _MOVING):
            return
        try:
            with self._one_at_a_time, transaction() as session:
                told = floor.take(session, self._own, report, now=now())
                told += serving.serve(session, self._own, self._room(), now=now())
        except HotlineError as error:
            # Its report was refused: the worker goes on by itself.
            log.error("call.not_served", why=error.detail)
            return
        self._send(told)

    def _round(self) -> None:
        with self._one_at_a_time, transaction() as session:
            floor.tend(session, self._own, now=now())
            told = controls.take(session, self._own, self._room(), now=now())
            told += serving.serve(session, self._own, self._room(), now=now())
        self._send(told)

    def _room(self) -> dict[str, int]:
        return {each.worker: each.hello.outbound for each in self._connections.present()}

    def _send(self, told: list[Told]) -> None:
        for each in told:
            connection = self._connections.of(each.worker)
            try:
                if connection:
                    connection.send(each.order)
            except OSError as error:
                # It connects again, or is mourned: either way its seats are freed.
                log.warning("order.not_sent", order=type(each.order).__name__, error=str(error))

    def _listen(self, stopping: threading.Event) -> None:
        """Wake the other thread at each NOTIFY; without this connection it looks each round."""
        while not stopping.is_set():
            try:
                self._hear(stopping)
            except psycopg.Error as error:
                log.warning("notify.away", error=str(error).splitlines()[0])
            stopping.wait(LISTEN_AGAIN_S)

    def _hear(self, stopping: threading.Event) -> None:
        address = self._own.database_address.replace("postgresql+psycopg://", "postgresql://", 1)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"LISTEN {ordering.CHANNEL}")
            while not stopping.is_set():
                for _ in connection.notifies(timeout=LOOK_UP_S):
                    self.wake()
