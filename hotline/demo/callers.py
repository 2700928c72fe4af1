"""Who rings the demo's 12345, when and about what: by the dice, one caller at a time."""

import json
import random
import subprocess
import sys
import threading
import time
from typing import IO

import structlog

from hotline.core.ports import free_port

SOUNDS = ("street_lamp", "unpaid_wages", "late_bus", "noisy_barbecue")
FIRST_RTP = 27060
NUMBERS = range(2000, 2300)  # 1390000…, whoever has rung before among them
REMINDS = 0.15  # how often somebody rings again
PAUSE_S = (4.0, 12.0)
# A call that nobody told us the end of: the next one rings all the same.
LONGEST_S = 170.0
MESSAGE_EVERY = 6  # every sixth caller finds nobody, and speaks to the machine

log = structlog.get_logger()


class Callers:
    """The town's process, and the dice that say who rings next."""

    def __init__(self, port: int, sip: str, seed: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311  # a demo's dice
        self._town = subprocess.Popen(  # noqa: S603  # our own module
            [
                *(sys.executable, "-m", "hotline.demo.town", "--port", str(port)),
                *("--rtp-port", str(free_port("127.0.0.1", FIRST_RTP)), "--seed", str(seed), sip),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._count = 0
        self._rung: list[str] = []
        self._free_at = time.monotonic()
        self._busy = False
        out = self._town.stdout
        threading.Thread(target=self._follow, args=(out,), daemon=True).start()

    @property
    def alive(self) -> bool:
        """Whether the town still has its telephones."""
        return self._town.poll() is None

    @property
    def due(self) -> bool:
        """Whether it is time for the next caller."""
        waited = time.monotonic() - self._free_at
        return waited > (LONGEST_S if self._busy else 0.0)

    @property
    def finds_nobody(self) -> bool:
        """Whether the next caller shall speak to the machine."""
        return (self._count + 1) % MESSAGE_EVERY == 0

    def ring(self) -> None:
        """Let the next caller ring."""
        again = bool(self._rung) and self._dice.random() < REMINDS
        number = self._dice.choice(self._rung) if again else self._stranger()
        asked = {
            "number": number,
            "wav": self._dice.choice(SOUNDS),
            "agent": not self.finds_nobody,
        }
        self._count += 1
        self._busy, self._free_at = True, time.monotonic()
        log.info("demo.rings", call=self._count, about=asked["wav"], agent=asked["agent"])
        if self._town.stdin and self.alive:
            self._town.stdin.write(json.dumps(asked).encode() + b"\n")
            self._town.stdin.flush()

    def leave(self) -> None:
        """Let every telephone be put down."""
        if self._town.stdin:
            self._town.stdin.close()
        try:
            self._town.wait(5)
        except subprocess.TimeoutExpired:
            self._town.kill()
            self._town.wait()

    def _stranger(self) -> str:
        number = f"1390000{self._dice.choice(NUMBERS):04d}"
        self._rung = [*self._rung, number][-40:]
        return number

    def _follow(self, lines: IO[bytes] | None) -> None:
        """Learn from the town when the caller has rung off."""
        for line in lines or ():
            event = json.loads(line)
            if event["event"] in ("caller_gone", "not_sent", "no_line"):
                self._free_at = time.monotonic() + self._dice.uniform(*PAUSE_S)
                self._busy = False
