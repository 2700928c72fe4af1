"""What every worker must know all the time, and is told as soon as it changes.

The tapes' key after a rotation, the trunk's account, and the numbers of merged lines: none is on a
command line, and a worker that was adopted or comes later hears of them within a second.
"""

import threading

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.errors import HotlineError
from hotline.core.keyring import keyring_of
from hotline.core.settings import Settings
from hotline.switch.connections import Connection, Connections
from telephony import lines, trunk_accounts
from telephony.line_modes import OWN_NUMBER
from telephony.orders import SealBy, TakeFor, UseTrunk
from telephony.tape_keys import public_half

EVERY_S = 1.0
REGISTERS = "media-0."  # the first place: the one with the SIP port

Told = tuple[SealBy | UseTrunk | TakeFor, ...]  # one of each, in this order

log = structlog.get_logger()


class Standing:
    """A thread of the leader, beside the connections it tells."""

    def __init__(self, own: Settings, connections: Connections) -> None:
        self._own, self._connections = own, connections
        self._told: dict[Connection, Told] = {}

    def run(self, stopping: threading.Event) -> None:
        """Look every second until told to stop."""
        while not stopping.wait(EVERY_S):
            try:
                self.look()
            except (OperationalError, InterfaceError) as error:
                log.error("database.away", error=str(error).splitlines()[0])
            except HotlineError as error:
                log.error("standing.untold", why=error.detail, remedy=error.remedy)
            except Exception:  # without this thread tapes would be sealed by an old key
                log.exception("standing.broke", remedy="it looks again in a second")

    def look(self) -> None:
        """Tell each worker what it does not know yet."""
        present = self._connections.present()
        self._told = {each: self._told[each] for each in present if each in self._told}
        if not present:
            return
        wanted = {registers: self._wanted(registers) for registers in (True, False)}
        for each in present:
            self._tell(each, wanted[each.worker.startswith(REGISTERS)])

    def _wanted(self, registers: bool) -> Told:
        with transaction() as session:
            trunk = trunk_accounts.order(session, registers=registers, contact=self._contact())
            numbers = TakeFor(lines.taken_numbers(session, now=now()))
        return SealBy(public_half(keyring_of(self._own))), trunk, numbers

    def _contact(self) -> str:
        """Return where the carrier sends calls; behind Kamailio that is not the worker itself."""
        if not self._own.proxied:
            return ""
        host = self._own.sip_public_address or self._own.sip_host
        return f"sip:{OWN_NUMBER}@{host}:{self._own.sip_port}"

    def _tell(self, connection: Connection, wanted: Told) -> None:
        known = self._told.get(connection)
        if known == wanted:
            return
        try:
            # Whoever has just been born knows nothing; one that was adopted may know otherwise.
            for place, order in enumerate(wanted):
                if known is None or known[place] != order:
                    connection.send(order)
        except OSError:
            return  # it has gone: its successor is told
        self._told[connection] = wanted
        if known:
            log.info("worker.told", worker=connection.worker, what="key, account or lines")
