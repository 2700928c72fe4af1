"""Rings those who are to be called back, and those whom departments want to talk to."""

import os
import threading

import structlog
from sqlalchemy.exc import OperationalError

from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.settings import Settings
from hotline.switch import errands, relays
from hotline.switch.connections import Connections
from hotline.switch.orders import RELAY_LEGS, Order

LOOK_EVERY_S = 1.0

log = structlog.get_logger()


class Dialer:
    """A thread of the leader that hands due callbacks and relayed calls to the workers."""

    def __init__(self, own: Settings, connections: Connections) -> None:
        self._own = own
        self._connections = connections
        self._work = threading.Event()

    def wake(self) -> None:
        """Look now: a leg has become free."""
        self._work.set()

    def run(self) -> None:
        """Serve for ever; a fault nobody foresaw ends the process: its supervisor starts it."""
        try:
            while True:
                self._work.wait(LOOK_EVERY_S)
                self._work.clear()
                try:
                    self._round()
                except OperationalError as error:
                    log.error("database.away", error=str(error).splitlines()[0])
        except Exception:
            log.exception("dialer.broke", remedy="the switch starts again")
            os._exit(1)

    def _round(self) -> None:
        present = tuple(self._connections.for_dialling())
        if not present:
            return
        with transaction() as session:
            room = errands.room(session, present)
            # Somebody sits and waits for a relayed call; a callback comes as well a minute later.
            orders = relays.take(session, self._own, room, now=now())
            for order in orders:
                room[order.connection] -= RELAY_LEGS
            orders += errands.take(session, self._own, room, now=now())
        for order in orders:
            self._send(order)

    def _send(self, order: Order) -> None:
        try:
            order.connection.send(order.what)
        except OSError as error:
            log.warning("call.not_ordered", call=order.what.call_id[:8], error=str(error))
            with transaction() as session:
                errands.never_sent(session, order, now=now())
            return
        log.info("call.ordered", call=order.what.call_id[:8], worker=order.connection.worker)
