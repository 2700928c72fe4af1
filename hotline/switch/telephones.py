"""Keeps Kamailio told which telephones may register, whose calls are ours, where workers are."""

import hashlib
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog
from sqlalchemy.exc import OperationalError

from hotline.core.clock import now
from hotline.core.db import transaction
from hotline.core.settings import Settings
from hotline.switch import kamailio_rpc
from hotline.switch.kamailio_rpc import Refused, Silent
from hotline.switch.workers import LOOPBACK
from telephony import lines, sip_accounts
from telephony.options import answers

EVERY_S = 1.0
# A key that is no telephone's name and no number: a Kamailio that has started anew has it not.
STAMP = "~stamp"
PASSWORDS, TAKEN = "pw", "taken"  # telephone => HA1; number of a merged line => 1

log = structlog.get_logger()


class Telephones:
    """A thread of the leader; does nothing where no Kamailio stands in front."""

    def __init__(self, own: Settings, ports: Sequence[int]) -> None:
        self._folder = kamailio_rpc.folder_of(own)
        self._proxied = own.proxied
        self._ports = ports
        self._listening = self._listed = False
        self._workers = "".join(f"1 sip:{LOOPBACK}:{port} 0 0\n" for port in ports)
        self._silent = False

    def run(self, stopping: threading.Event) -> None:
        """Look every second until told to stop."""
        if not self._proxied:
            return
        while True:
            self.look()
            if stopping.wait(EVERY_S):
                return

    def look(self) -> None:
        """Tell Kamailio what it does not know yet, once a media worker is there for its calls."""
        if not self._listening:
            self._listening = any(answers(LOOPBACK, port, timeout_s=0.2) for port in self._ports)
            if not self._listening:
                return
        try:
            with transaction() as session:
                known = sip_accounts.credentials(session)
                numbers = lines.taken_numbers(session, now=now())
            self._match(known, numbers)
            self._silent = False
        except Silent as error:
            if not self._silent:  # once, not every second
                log.warning("kamailio.silent", why=error.detail)
            self._silent = True
        except Refused as error:
            log.error("kamailio.refused", why=error.detail)
        except OperationalError as error:
            log.error("database.away", error=str(error).splitlines()[0])

    def _match(self, known: Mapping[str, str], numbers: Sequence[str]) -> None:
        if not self._listed:  # a Kamailio that starts later reads the list by itself
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            (self._folder / "workers.list").write_text(self._workers)
            kamailio_rpc.ask(self._folder, "dispatcher.reload")
            self._listed = True
        if fill(self._folder, PASSWORDS, known):
            log.info("kamailio.told", telephones=len(known), workers=len(self._ports))
        if fill(self._folder, TAKEN, dict.fromkeys(numbers, "1")):
            log.info("kamailio.takes", merged_numbers=len(numbers))


def fill(folder: Path, table: str, wanted: Mapping[str, str]) -> bool:
    """Have Kamailio's table hold this and nothing else; return whether it held anything else."""
    stamp = _stamp(wanted)
    try:
        found = kamailio_rpc.ask(folder, "htable.get", table, STAMP)["item"]["value"]
    except Refused:  # it has no such key
        found = ""
    if str(found) == stamp:
        return False
    kamailio_rpc.ask(folder, "htable.flush", table)
    for key, value in {**wanted, STAMP: stamp}.items():
        kamailio_rpc.ask(folder, "htable.sets", table, key, value)
    return True


def _stamp(known: Mapping[str, str]) -> str:
    """Return a digest that begins with a letter, so that nothing takes it for a number."""
    return "s" + hashlib.sha256(repr(sorted(known.items())).encode()).hexdigest()
