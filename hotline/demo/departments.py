"""The simulated departments: each by its own key, over the work-order API, well and badly."""

import random
import time
from datetime import datetime
from typing import Any

import httpx
import structlog

from hotline.commands.simulate_misbehaving import MODES
from hotline.commands.simulate_steps import ORDERS, STEPS
from hotline.commands.simulate_wire import Wire, by_key
from hotline.demo.client import Colleague

LABEL = "demo"
OFFICE = "局长"
# What a department does with an order, in turn; most do their work, some ask, some misbehave.
PLANS: tuple[tuple[str, ...], ...] = (
    ("accept", "contact", "reply"),
    ("accept", "contact", "reply"),
    ("accept", "contact", "reply"),
    ("accept", "ask", "contact", "reply"),
    ("accept", "extend", "contact", "reply"),
    ("accept", "contact", "evasive"),
    ("wrong-version", "contact", "reply"),
    ("empty", "contact", "reply"),
    ("return",),
    ("accept", "contact"),  # and lets it lie
)
REST_S = 18.0  # between two steps of one order
LIVE = ("dispatched", "accepted")

log = structlog.get_logger()


class Departments:
    """Every department that has an order issued since `since`; what it does next is by the dice."""

    def __init__(self, admin: Colleague, http: httpx.Client, since: datetime, seed: int) -> None:
        self._admin, self._http, self._since, self._seed = admin, http, since, seed
        self._wires: dict[str, Wire] = {}
        self._keys: list[tuple[str, int]] = []
        self._left: dict[str, list[str]] = {}
        self._rested: dict[str, float] = {}

    def work(self) -> None:
        """Take the next step of the order that has rested longest, if any has rested enough."""
        moment = time.monotonic()
        due = [order for order in self._open() if self._due(order, moment)]
        if due:
            order = min(due, key=lambda each: self._rested.get(each["number"], 0.0))
            self._rested[order["number"]] = moment
            self._step(order)

    def leave(self) -> None:
        """Have every key revoked that was issued here."""
        for department, number in self._keys:
            self._admin.http.delete(f"/api/v1/departments/{department}/api-keys/{number}")

    def _open(self) -> list[dict[str, Any]]:
        since = self._since.isoformat()
        return [
            order
            for status in LIVE
            for order in self._admin.items(ORDERS, status=status, since=since, limit=100)
        ]

    def _due(self, order: dict[str, Any], moment: float) -> bool:
        number = order["number"]
        if number not in self._left:
            dice = random.Random(f"{self._seed}:{number}")  # noqa: S311  # a demo's dice
            plan = list(dice.choice(PLANS))
            # Taken up by somebody before this start: go on from there.
            self._left[number] = plan if order["status"] == "dispatched" else ["contact", "reply"]
        rested = moment - self._rested.setdefault(number, moment) > REST_S
        return rested and (bool(self._left[number]) or order["status"] == "accepted")

    def _step(self, order: dict[str, Any]) -> None:
        number, wire = order["number"], self._wire(order["department"]["code"])
        if wire is None:
            return
        left = self._left[number]
        if not left:
            self._again(wire, number)
            return
        name = left.pop(0)
        log.info("demo.department", order=number, does=name)
        if name in MODES:
            MODES[name](wire, wire.get(f"{ORDERS}/{number}").json())
        else:
            STEPS[name](wire, number)

    def _again(self, wire: Wire, number: str) -> None:
        """Sign what waits for its leader, or answer anew what was sent back; else let it lie."""
        replies = wire.get(f"{ORDERS}/{number}").json().get("replies") or []
        if not replies:
            return
        if replies[-1]["awaits_signature"]:
            wire.post(f"{ORDERS}/{number}/sign", {"signed_by": OFFICE})
        elif replies[-1]["verdict"] == "rejected":
            STEPS["reply"](wire, number)

    def _wire(self, department: str) -> Wire | None:
        if department not in self._wires:
            issued = self._admin.post(f"/departments/{department}/api-keys", {"label": LABEL})
            if not issued:
                return None
            self._keys.append((department, int(issued["id"])))
            self._wires[department] = by_key(self._http, str(issued["key"]), _told)
        return self._wires[department]


def _told(line: str) -> None:
    """Say only what the hotline should not have answered."""
    if "!!" in line:
        log.warning("demo.unexpected", line=line)
